import { createHmac, timingSafeEqual } from "node:crypto";
import { isRecord, type JsonRecord } from "./sandbox-permissions.ts";

/** Long names to claims (section 6). What is abbreviated inside `p` is unknown: here it stands as it is. */
const CLAIMS: readonly (readonly [name: string, claim: string])[] = [
  ["room_name", "r"],
  ["user_id", "ud"],
  ["user_name", "u"],
  ["is_owner", "o"],
  ["knocking", "k"],
  ["enable_screenshare", "ss"],
  ["enable_recording", "er"],
  ["eject_at_token_exp", "ejt"],
  ["eject_after_elapsed", "eje"],
  ["permissions", "p"],
];
const TO_CLAIM = new Map(CLAIMS);
const TO_NAME = new Map(CLAIMS.map(([name, claim]) => [claim, name]));

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const sign = (text: string, apiKey: string): Buffer => createHmac("sha256", apiKey).update(text).digest();

/** A JWT HS256 keyed with the API key. */
export const makeToken = (properties: JsonRecord, domainId: string, apiKey: string, now: number): string => {
  const claims = Object.entries(properties).map(([name, value]) => [TO_CLAIM.get(name) ?? name, value] as const);
  const payload = { ...Object.fromEntries(claims), d: domainId, iat: Math.floor(now / 1000) };
  const text = `${encode({ alg: "HS256", typ: "JWT" })}.${encode(payload)}`;
  return `${text}.${sign(text, apiKey).toString("base64url")}`;
};

/** The properties of a token; undefined when it is not ours, over, or, unless `ignoreNbf`, not valid yet. */
export const readToken = (token: string, apiKey: string, now: number, ignoreNbf: boolean): JsonRecord | undefined => {
  const [header = "", payload = "", signature = ""] = token.split(".");
  const given = Buffer.from(signature, "base64url");
  const wanted = sign(`${header}.${payload}`, apiKey);
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return undefined;
  const claims: unknown = JSON.parse(Buffer.from(payload, "base64url").toString());
  if (!isRecord(claims)) return undefined;
  const { exp, nbf, d: _, iat: __, ...rest } = claims;
  if (typeof exp === "number" && exp * 1000 <= now) return undefined;
  if (!ignoreNbf && typeof nbf === "number" && nbf * 1000 > now) return undefined;
  const named = Object.entries(rest).map(([claim, value]) => [TO_NAME.get(claim) ?? claim, value] as const);
  return {
    ...Object.fromEntries(named),
    ...(exp === undefined ? {} : { exp }),
    ...(nbf === undefined ? {} : { nbf }),
  };
};
