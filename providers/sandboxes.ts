import type { JsonObject } from "../engine/model.ts";

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
]);

/** The types that have a stand-in. */
export const sandboxTypes: readonly string[] = [...starters.keys()];

/** Starts the stand-in of a type. Throws for a type without one. */
export const startSandbox = async (type: string, options: SandboxOptions): Promise<RunningSandbox> => {
  const start = starters.get(type);
  if (start === undefined) throw new Error(`there is no sandbox for ${type}`);
  return start(options);
};
