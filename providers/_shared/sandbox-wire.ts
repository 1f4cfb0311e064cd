import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";

/** An answer as bytes. `pieces` may be the same buffer many times: big answers cost no memory here. */
export type WireAnswer = {
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly pieces: readonly Buffer[];
  /** Announces one byte more than comes, then breaks the connection. */
  readonly cut?: true;
};

export const JSON_TYPE = { "content-type": "application/json; charset=utf-8" };

/** JSON as an answer; undefined is an empty body. */
export const wireJson = (
  status: number,
  body: unknown,
  headers: { readonly [name: string]: string } = {},
): WireAnswer => {
  if (body === undefined) return { status, headers, pieces: [] };
  return { status, headers: { ...JSON_TYPE, ...headers }, pieces: [Buffer.from(JSON.stringify(body))] };
};

/** Sends an answer; `slow` lets it drip until `signal` aborts. Rejects when the client goes away. */
export const sendAnswer = async (
  outgoing: ServerResponse,
  answer: WireAnswer,
  slow?: { readonly bytes?: number; readonly ms?: number },
  signal?: AbortSignal,
): Promise<void> => {
  outgoing.writeHead(answer.status, { ...answer.headers, ...contentLength(answer) });
  const pieces = slow === undefined ? answer.pieces : drip(answer.pieces, slow.bytes ?? 1, slow.ms ?? 10, signal);
  await pipeline(Readable.from(pieces), outgoing, { end: answer.cut !== true });
  if (answer.cut === true) outgoing.socket?.end();
};

const contentLength = (answer: WireAnswer): { readonly "content-length"?: number } => {
  if (answer.status === 204) return {};
  let length = answer.cut === true ? 1 : 0;
  for (const piece of answer.pieces) length += piece.length;
  return { "content-length": length };
};

async function* drip(
  pieces: readonly Buffer[],
  bytes: number,
  ms: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer> {
  for (const piece of pieces) {
    for (let at = 0; at < piece.length; at += bytes) {
      yield piece.subarray(at, at + bytes);
      await sleep(ms, undefined, signal === undefined ? {} : { signal });
    }
  }
}
