import type { JsonObject } from "../engine/model.ts";
import type { DailySandboxState } from "./daily/sandbox.ts";
import type { DigitalsambaSandboxState } from "./digitalsamba/sandbox.ts";
import type { ZegoSandboxState } from "./zego/sandbox.ts";

/** One running stand-in. */
export type RunningSandbox = {
  readonly type: string;
  readonly baseUrl: string;
  /** Further addresses, by configuration key. */
  readonly urls: { readonly [key: string]: string };
  /** The credentials that it accepts, by configuration field. */
  readonly credentials: { readonly [field: string]: string | number };
  state(): JsonObject;
  close(): Promise<void>;
};

export type SandboxOptions = {
  readonly state?: JsonObject;
  readonly port?: number;
  onChange?(state: JsonObject): void;
};

type Starter = (options: SandboxOptions) => Promise<RunningSandbox>;

const starters: ReadonlyMap<string, Starter> = new Map<string, Starter>([
  [
    "liveblocks",
    async (options) => {
      const { sampleState, startLiveblocksSandbox } = await import("./liveblocks/sandbox.ts");
      const secretKey = "sk_sandbox";
      const sandbox = await startLiveblocksSandbox({ ...options, secretKey, state: options.state ?? sampleState() });
      return {
        type: "liveblocks",
        baseUrl: sandbox.url,
        urls: {},
        credentials: { secretKey },
        state: () => sandbox.state(),
        close: () => sandbox.close(),
      };
    },
  ],
  [
    "daily",
    async (options) => {
      const { sampleState, startDailySandbox } = await import("./daily/sandbox.ts");
      // What was kept was written by this very sandbox.
      const state = options.state === undefined ? sampleState() : (options.state as DailySandboxState);
      const sandbox = await startDailySandbox({
        ...options,
        state,
        onChange: (next) => options.onChange?.(next as JsonObject),
      });
      const { baseUrl, apiKey } = sandbox;
      return {
        type: "daily",
        baseUrl,
        urls: {},
        credentials: { apiKey },
        state: () => sandbox.state() as JsonObject,
        close: () => sandbox.close(),
      };
    },
  ],
  [
    "digitalsamba",
    async (options) => {
      const { sampleState, startDigitalsambaSandbox } = await import("./digitalsamba/sandbox.ts");
      // What was kept was written by this very sandbox.
      const state = options.state === undefined ? sampleState() : (options.state as DigitalsambaSandboxState);
      const sandbox = await startDigitalsambaSandbox({
        ...options,
        state,
        onChange: (next) => options.onChange?.(next as JsonObject),
      });
      const { baseUrl, teamId, developerKey } = sandbox;
      return {
        type: "digitalsamba",
        baseUrl,
        urls: {},
        credentials: { teamId, developerKey },
        state: () => sandbox.state() as JsonObject,
        close: () => sandbox.close(),
      };
    },
  ],
  [
    "zego",
    async (options) => {
      const { sampleState, startZegoSandbox } = await import("./zego/sandbox.ts");
      // What was kept was written by this very sandbox.
      const state = options.state === undefined ? sampleState() : (options.state as ZegoSandboxState);
      const sandbox = await startZegoSandbox({ ...options, state });
      const { appId, serverSecret, url } = sandbox;
      return {
        type: "zego",
        baseUrl: url,
        urls: { rtcBaseUrl: url },
        credentials: { appId, serverSecret },
        state: () => sandbox.state(),
        close: () => sandbox.close(),
      };
    },
  ],
]);

/** The types that have a stand-in. */
export const sandboxTypes: readonly string[] = [...starters.keys()];

/** Starts the stand-in of a type. Throws for a type without one. */
export const startSandbox = async (type: string, options: SandboxOptions): Promise<RunningSandbox> => {
  const start = starters.get(type);
  if (start === undefined) throw new Error(`there is no sandbox for ${type}`);
  return start(options);
};
