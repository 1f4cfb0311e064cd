import type { Json } from "../../engine/model.ts";
import { type DailySandbox, type DailySandboxOptions, startDailySandbox } from "../../providers/daily/sandbox.ts";
import { quick, type Workplace, workplace } from "../run.ts";

export const API_KEY = "5ecret-daily-key-5ecret";

export const ROLES = `roles:
  audience: { daily: { canSend: false, canAdmin: false } }
  panel: { daily: { canSend: [audio, video], canAdmin: false } }
  host: { daily: { canSend: true, canAdmin: [participants] } }
`;

/** The head of a file that talks to a service at this URL. */
export const dailyHead = (url: string, more: { readonly [key: string]: Json } = {}): string => `version: 1
providers:
  daily: ${JSON.stringify({ apiKey: { env: "DAILY_API_KEY" }, baseUrl: url, ...more })}
`;

/** One request that wrote: `POST /rooms/town-hall` and its body. */
type Write = { readonly line: string; readonly body: unknown };

/** A sandbox of Daily and a working directory whose files talk to it. */
export type DailyWorld = Workplace & {
  readonly service: DailySandbox;
  /** Writes rolecall.yaml: the head that names the sandbox, the roles, then this. */
  policy(text: string, config?: { readonly [key: string]: Json }): void;
  /** Lets people into a call, one after the other; gives their session ids. */
  enter(room: string, ...users: readonly string[]): readonly string[];
  /** What was written so far, tokens included. */
  writes(): readonly Write[];
  /** What was asked for so far: `GET /rooms/town-hall`. */
  reads(): readonly string[];
  /** `alice: audio, video` for each session by the side channel, in the order in which they came. */
  senders(room: string): readonly string[];
  close(): Promise<void>;
};

type DailyWorldOptions = Omit<DailySandboxOptions, "apiKey"> & {
  /** Further keys of the provider in the files. */
  readonly config?: { readonly [key: string]: Json };
  readonly roles?: string;
};

/** Starts one without limits: nobody waits in a test. The caller closes it. */
const makeDailyWorld = async (
  text: string,
  { config = {}, roles = ROLES, ...options }: DailyWorldOptions = {},
): Promise<DailyWorld> => {
  const service = await startDailySandbox({ apiKey: API_KEY, ...options, rules: { limited: false, ...options.rules } });
  const place = quick(workplace({}, { DAILY_API_KEY: API_KEY }));
  const policy: DailyWorld["policy"] = (body, more = config) =>
    place.write("rolecall.yaml", `${dailyHead(service.baseUrl, more)}${roles}${body}`);
  policy(text);
  const lines = (isRead: boolean) =>
    service.requests
      .filter(({ method }) => (method === "GET") === isRead)
      .map(({ method, path, body }) => ({ line: `${method} ${path.replace(/^\/v1/u, "")}`, body }));
  return {
    ...place,
    service,
    policy,
    enter: (room, ...users) => users.map((userId) => service.join(room, { userId })),
    writes: () => lines(false),
    reads: () => lines(true).map(({ line }) => line),
    senders: (room) =>
      service.truth(room).map(({ userId, permissions: { canSend } }) => {
        const sends = Array.isArray(canSend) ? [...canSend].sort().join(", ") : canSend === true ? "all" : "nothing";
        return `${userId ?? "-"}: ${sends}`;
      }),
    close: async () => {
      place.remove();
      await service.close();
    },
  };
};

const opened: DailyWorld[] = [];

/** Opens one that `closeDailyWorlds` closes. */
export const openDaily = async (text: string, options?: DailyWorldOptions): Promise<DailyWorld> => {
  const world = await makeDailyWorld(text, options);
  opened.push(world);
  return world;
};

/** Closes whatever a test opened. */
export const closeDailyWorlds = async (): Promise<void> => {
  for (const world of opened.splice(0)) await world.close();
};
