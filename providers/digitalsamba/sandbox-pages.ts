import type { SandboxRequest } from "../_shared/sandbox-server.ts";
import type { Problems } from "./sandbox-answers.ts";

type Item = { readonly id: string; readonly friendly_url?: string };
export type Page<T> = { readonly total: number; readonly items: readonly T[] };

const LIMIT = 100;

/**
 * A page of things that are given in the order of creation, or what is wrong with the request. A limit over 100 is cut
 * to 100 and an `after` that names nothing is refused: our readings of section 1.4.
 */
export const pageOf = <T extends Item>(all: readonly T[], request: SandboxRequest): Page<T> | Problems => {
  const { query, pageSize = LIMIT } = request;
  const limit = readNumber(query.get("limit") ?? String(LIMIT));
  const offset = readNumber(query.get("offset") ?? "0");
  const order = query.get("order") ?? "desc";
  const after = query.get("after");
  if (limit === undefined || limit < 1) return new Map([["limit", "The limit must be at least 1."]]);
  if (offset === undefined) return new Map([["offset", "The offset must be at least 0."]]);
  if (order !== "asc" && order !== "desc") return new Map([["order", "The selected order is invalid."]]);
  const ordered = order === "asc" ? all : all.toReversed();
  const found = ordered.findIndex((item) => item.id === after || (after !== null && item.friendly_url === after));
  if (after !== null && found === -1) return new Map([["after", "The selected after is invalid."]]);
  const start = found + 1 + offset;
  return { total: all.length, items: ordered.slice(start, start + Math.max(1, Math.min(limit, LIMIT, pageSize))) };
};

const readNumber = (text: string): number | undefined => (/^\d{1,9}$/u.test(text) ? Number(text) : undefined);
