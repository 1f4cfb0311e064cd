/**
 * The Actions of both hosts: signed anew for each try, paced, decided by `Code` alone, and tried again where the code says
 * so: https://www.zegocloud.com/docs/super-board-server/accessing-server-apis
 */
import type { ServiceError } from "../../engine/model.ts";
import { type Connection, ServiceFailure } from "../../engine/provider.ts";
import {
  connectionOptions,
  openReadTransport,
  openTransport,
  type ReadTransport,
  type Transport,
  type TransportOptions,
} from "../_shared/http.ts";
import { pacer } from "../_shared/pace.ts";
import type { Query } from "../_shared/path.ts";
import { redactor } from "../_shared/redact.ts";
import { backoff, retryBudget } from "../_shared/retry.ts";
import { type Action, type Bucket, bucketOf, isRead, paceOf, type ReadAction, type WriteAction } from "./actions.ts";
import { PATH } from "./calls.ts";
import { clockOf } from "./clock.ts";
import { parseExactJson } from "./exact-json.ts";
import { broken, failureOf, type Judged, judge, refusalOf, type WriteReply, withClock } from "./judge.ts";
import { settingsOf } from "./settings.ts";
import { createSigner, WINDOW_MS } from "./sign.ts";

/** `absent`: nobody is in the room, or this person is not. */
type ReadReply = { readonly type: "data"; readonly data: unknown } | { readonly type: "absent" };

export type ReadApi = {
  /** Throws `ServiceFailure`. */
  read(action: ReadAction, query: Query, signal?: AbortSignal): Promise<ReadReply>;
  close(): Promise<void>;
};
export type Api = ReadApi & {
  /** Never throws for what the service or the network does. */
  write(action: WriteAction, query: Query, signal?: AbortSignal): Promise<WriteReply>;
};

/** What one try came to: an answer to judge, or an end that no code decides. */
type Tried<End> =
  | { readonly type: "answer"; readonly json: unknown; readonly date: string | undefined }
  /** The answer to a read came, and is none. */
  | { readonly type: "broken"; readonly message: string }
  | { readonly type: "end"; readonly end: End };

const GATE = { method: "GET", path: PATH } as const;
const SHARED_RETRIES = 100;
/** The limits are per second: coming back earlier cannot help. */
const SLOWER_MS = 1000;

/** An API that can only read. Throws `ServiceFailure` for a configuration that cannot be used. */
export const openReadApi = (connection: Connection): ReadApi => {
  const { talker, transports } = prepare(connection, openReadTransport);
  return { read: talker.read, close: transports.close };
};

/** An API that reads and writes. Throws `ServiceFailure` for a configuration that cannot be used. */
export const openApi = (connection: Connection): Api => {
  const { talker, transports } = prepare(connection, openTransport);
  return {
    read: talker.read,
    write: async (action, query, signal) => {
      try {
        return await talker.write(transports.of(bucketOf(action)), action, query, signal);
      } catch (error) {
        if (error instanceof ServiceFailure) return failed(error.message, "stop");
        if (signal?.aborted) return failed("ZEGOCLOUD: interrupted before the call was sent", "refused");
        throw error;
      }
    },
    close: transports.close,
  };
};

const failed = (message: string, kind: ServiceError["kind"]): WriteReply => ({
  type: "failed",
  error: { message, kind },
});

const prepare = <T extends ReadTransport>(connection: Connection, open: (options: TransportOptions) => T) => {
  const settings = settingsOf(connection);
  const signer = createSigner({ ...settings, now: () => connection.now() });
  const transports = openLazily((bucket) =>
    open({
      ...connectionOptions(connection),
      service: "ZEGOCLOUD",
      baseUrl: settings[bucket.host],
      secrets: [settings.serverSecret],
      sign: () => ({ query: signer.sign(), headers: { "cache-control": "no-store" } }),
      pace: paceOf(bucket, settings.isTest),
      parse: parseExactJson,
      allowRead: ({ query }) => isRead(query),
    }),
  );
  const clean = (text: string): string => redactor([settings.serverSecret, ...signer.issued()])(text);
  return { transports, talker: createTalker(connection, transports, signer, clean) };
};

type Transports<T> = { of(bucket: Bucket): T; close(): Promise<void> };

const openLazily = <T extends ReadTransport>(open: (bucket: Bucket) => T): Transports<T> => {
  const opened = new Map<string, T>();
  return {
    of: (bucket) => {
      const known = opened.get(bucket.name);
      if (known !== undefined) return known;
      const made = open(bucket);
      opened.set(bucket.name, made);
      return made;
    },
    close: async () => {
      for (const transport of opened.values()) await transport.close();
    },
  };
};

const createTalker = (
  connection: Connection,
  transports: Transports<ReadTransport>,
  signer: ReturnType<typeof createSigner>,
  clean: (text: string) => string,
) => {
  const random = connection.random ?? Math.random;
  const clock = clockOf(connection);
  const gate = pacer([], clock);
  const budget = retryBudget(SHARED_RETRIES);

  const get = async (action: ReadAction, query: Query, signal: AbortSignal | undefined): Promise<Tried<never>> => {
    const transport = transports.of(bucketOf(action));
    try {
      const { json, date } = await transport.get({ path: PATH, query: { Action: action, ...query }, signal });
      return { type: "answer", json, date };
    } catch (error) {
      const broken = error instanceof ServiceFailure && error.kind === "incomplete" && signal?.aborted !== true;
      if (!broken) throw error;
      return { type: "broken", message: error.message };
    }
  };

  /** The service's clock, where an answer did not show it: reading changes nothing. */
  const askDate = async ({ RoomId }: Query, signal: AbortSignal | undefined): Promise<string | undefined> => {
    try {
      const tried = await get("GetWhiteboardRoomAuth", { RoomId }, signal);
      return tried.type === "answer" ? tried.date : undefined;
    } catch {
      return undefined;
    }
  };

  /** How long to wait before another try; undefined: it is final. */
  const waitAfter = ({ meaning, tries: most }: Judged, tries: number, date: string | undefined): number | undefined => {
    if (tries >= most || !budget.spend()) return undefined;
    switch (meaning) {
      case "slower": {
        const wait = SLOWER_MS + backoff(tries, random);
        gate.pause(wait);
        return wait;
      }
      case "again":
      case "malformed":
      case "unlisted":
        return backoff(tries, random);
      case "expired":
        return signer.learn(date) === undefined ? undefined : 0;
      case "signature":
        return Math.abs(signer.learn(date) ?? 0) > WINDOW_MS / 2 ? 0 : undefined;
      default:
        return undefined;
    }
  };

  const talk = async <End>(
    action: Action,
    query: Query,
    signal: AbortSignal | undefined,
    attempt: () => Promise<Tried<End>>,
  ): Promise<Judged | { readonly meaning: "end"; readonly end: End }> => {
    for (let tries = 1; ; tries += 1) {
      await gate.take(GATE, signal);
      const tried = await attempt();
      if (tried.type === "end") return { meaning: "end", end: tried.end };
      const judged: Judged = tried.type === "broken" ? broken(tried.message) : judge(action, query, tried.json, clean);
      if (judged.meaning === "done") budget.earn();
      const timely = judged.meaning === "expired" || judged.meaning === "signature";
      const shown = tried.type === "answer" ? tried.date : undefined;
      const date = timely && shown === undefined ? await askDate(query, signal) : shown;
      const wait = waitAfter(judged, tries, date);
      if (wait === undefined) return timely ? withClock(judged, signer.learn(date)) : judged;
      if (wait === 0) continue;
      const seconds = Math.ceil(wait / 1000);
      const cause = judged.code === undefined ? "no sensible answer" : `code ${judged.code}`;
      connection.onWait?.(`ZEGOCLOUD: ${action} again in ${seconds} s (${cause})`);
      await clock.sleep(Math.ceil(wait), signal);
    }
  };

  return {
    read: async (action: ReadAction, query: Query, signal?: AbortSignal): Promise<ReadReply> => {
      const judged = await orInterrupted(signal, () => talk(action, query, signal, () => get(action, query, signal)));
      if (judged.meaning === "end") return judged.end;
      if (judged.meaning === "done") return { type: "data", data: judged.data };
      if (judged.meaning === "absent") return { type: "absent" };
      throw failureOf(judged, judged.meaning);
    },
    write: async (
      transport: Transport,
      action: WriteAction,
      query: Query,
      signal: AbortSignal | undefined,
    ): Promise<WriteReply> => {
      const request = { method: "GET", path: PATH, query: { Action: action, ...query }, signal } as const;
      const judged = await talk<WriteReply>(action, query, signal, async () => {
        const answer = await transport.send(request);
        return answer.type === "done"
          ? { type: "answer", json: answer.json, date: undefined }
          : { type: "end", end: { type: answer.type, error: answer.error } };
      });
      if (judged.meaning === "end") return judged.end;
      return judged.meaning === "done" ? { type: "done" } : refusalOf(judged, judged.meaning);
    },
  };
};

const orInterrupted = async <T>(signal: AbortSignal | undefined, run: () => Promise<T>): Promise<T> => {
  try {
    return await run();
  } catch (error) {
    if (!signal?.aborted || error instanceof ServiceFailure) throw error;
    throw new ServiceFailure("ZEGOCLOUD: reading was interrupted", "incomplete");
  }
};
