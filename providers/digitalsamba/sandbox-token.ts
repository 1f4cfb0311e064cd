import { createHmac } from "node:crypto";
import type { SandboxAnswer } from "../_shared/sandbox-server.ts";
import { invalid, notFound, ok, type Problems } from "./sandbox-answers.ts";
import { idList } from "./sandbox-references.ts";
import { roomValues } from "./sandbox-rooms.ts";
import type { Context } from "./sandbox-settings.ts";
import { findRole, findRoom, type Values } from "./sandbox-store.ts";

/** From where on a number is a time and no longer minutes: not stated; a hundred years of minutes. */
const MINUTES_LIMIT = 52_560_000;

/** A room token: all fields may be left out or be null. */
export const createToken = (context: Context, key: string, body: Values): SandboxAnswer => {
  const { store, switches, now } = context;
  const room = findRoom(store, key);
  if (room === undefined) return notFound;
  const problems: Problems = new Map();
  const role = findRole(store, body.role);
  const wanted = (body.role ?? null) !== null;
  const inRoom = role !== undefined && idList(roomValues(context, room).roles).includes(role.id);
  if (wanted && (role === undefined || (!inRoom && switches.foreignTokenRole === "refuse"))) {
    problems.set("role", "The selected role is invalid.");
  }
  const issued = Math.floor(now() / 1000);
  const exp = readTime(body.exp, issued, true);
  const nbf = readTime(body.nbf, issued, false);
  if (exp === "wrong") problems.set("exp", "The exp is not a valid date.");
  if (nbf === "wrong") problems.set("nbf", "The nbf is not a valid date.");
  if (problems.size > 0) return invalid(problems);
  const { ud, u, avatar, initials, breakoutId } = body;
  const optional = { ud, u, avatar, initials, breakoutId, role: role?.name, exp, nbf };
  const given = Object.entries(optional).filter(([, value]) => (value ?? null) !== null);
  const claims = { td: store.team.id, rd: room.id, iat: issued, ...Object.fromEntries(given) };
  const token = sign(claims, context.developerKey);
  const link = `https://${store.team.domain}.digitalsamba.com/${room.friendly_url}?token=${token}`;
  return ok({ token, link });
};

/** A unix time, minutes from now (where allowed) or a date, as a unix time. */
const readTime = (value: unknown, now: number, minutes: boolean): number | undefined | "wrong" => {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "number") return minutes && value < MINUTES_LIMIT ? now + value * 60 : value;
  const at = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? "wrong" : Math.floor(at / 1000);
};

const sign = (claims: Values, key: string): string => {
  const [head, body] = [{ alg: "HS256", typ: "JWT" }, claims].map((part) => base64url(JSON.stringify(part)));
  const text = `${head}.${body}`;
  return `${text}.${createHmac("sha256", key).update(text).digest("base64url")}`;
};

const base64url = (text: string): string => Buffer.from(text).toString("base64url");
