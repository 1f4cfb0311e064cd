import type { Provider, ProviderLanguage } from "../engine/provider.ts";
import { language as daily } from "./daily/language.ts";
import { language as digitalsamba } from "./digitalsamba/language.ts";
import { language as liveblocks } from "./liveblocks/language.ts";
import { language as zego } from "./zego/language.ts";

/** What the language knows of each service; enough for every command that stays offline. */
export const languages: ReadonlyMap<string, ProviderLanguage> = new Map(
  [liveblocks, daily, digitalsamba, zego].map((language) => [language.type, language]),
);

const loaders: ReadonlyMap<string, () => Promise<Provider>> = new Map([
  ["liveblocks", async () => (await import("./liveblocks/index.ts")).liveblocks],
  ["daily", async () => (await import("./daily/index.ts")).daily],
  ["digitalsamba", async () => (await import("./digitalsamba/index.ts")).digitalsamba],
  ["zego", async () => (await import("./zego/index.ts")).zego],
]);

/** The provider of a type, loaded when it is first needed: HTTP clients cost start-up time. undefined: no such type. */
export const loadProvider = async (type: string): Promise<Provider | undefined> => loaders.get(type)?.();
