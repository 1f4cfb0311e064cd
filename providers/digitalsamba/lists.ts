/** Lists of the service: https://docs.digitalsamba.com/reference/rest-api/pagination */
import { ServiceFailure } from "../../engine/provider.ts";
import { isRecord } from "../../engine/util/record.ts";
import type { ReadTransport } from "../_shared/http.ts";

const PAGE_SIZE = 100;
const MOST_PASSES = 4;

type Item = { readonly [key: string]: unknown };
type Page = { readonly data: readonly unknown[]; readonly total: number | undefined };

/**
 * Reads a whole list in the order of creation, in which new items come last. A pass during which the number of items
 * changed, or that did not bring as many as there are, may have missed one: then the list is read again. Throws
 * `ServiceFailure`; never gives half a list.
 */
export const readList = async (
  transport: ReadTransport,
  path: string,
  signal: AbortSignal | undefined,
): Promise<readonly Item[]> => {
  for (let pass = 1; pass <= MOST_PASSES; pass += 1) {
    const items = await readOnce(transport, path, signal);
    if (items !== undefined) return items;
  }
  throw unreliable(`its list ${path} changes while it is read`);
};

const readOnce = async (
  transport: ReadTransport,
  path: string,
  signal: AbortSignal | undefined,
): Promise<readonly Item[] | undefined> => {
  const items = new Map<string, Item>();
  let first: number | undefined;
  for (let offset = 0; ; ) {
    const query = { limit: PAGE_SIZE, offset, order: "asc" };
    const { data, total } = pageOf((await transport.get({ path, query, signal })).json, path);
    if (offset === 0) first = total;
    else if (total !== first) return undefined;
    for (const item of data) {
      if (!isRecord(item) || typeof item.id !== "string")
        throw unreliable(`its list ${path} has an item without an id`);
      items.set(item.id, item);
    }
    offset += data.length;
    // Without a count, a list that gives the same page again and again has no end.
    if (total === undefined && data.length > 0 && items.size < offset) return undefined;
    if (data.length === 0 || (total !== undefined && offset >= total)) break;
  }
  return first === undefined || items.size === first ? [...items.values()] : undefined;
};

/** `total_count` is a number in some answers and a text in others. */
const pageOf = (json: unknown, path: string): Page => {
  const data = isRecord(json) ? json.data : undefined;
  if (!Array.isArray(data)) throw unreliable(`its list ${path} has no data`);
  const total = isRecord(json) ? json.total_count : undefined;
  const count =
    typeof total === "number" ? total : typeof total === "string" && /^\d+$/u.test(total) ? Number(total) : undefined;
  return { data, total: count };
};

/** A failure for an answer that nothing can be built on. */
export const unreliable = (what: string): ServiceFailure =>
  new ServiceFailure(`Digital Samba gave an answer that cannot be relied on: ${what}`, "incomplete");
