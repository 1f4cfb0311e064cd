import type { Scene } from "../engine/check/path.ts";
import { worldOf } from "../engine/plan/worlds.ts";
import { CommandFailure, printDiagnostics, problem } from "./failures.ts";
import type { Io } from "./io.ts";
import { loadOrFail } from "./load-files.ts";
import type { ServiceOptions } from "./options.ts";
import { scopeFor } from "./planning.ts";
import { offlineScenes } from "./scenes.ts";
import { openServices, readServices } from "./services.ts";

export type AskOptions = ServiceOptions & { readonly in: string; readonly live?: boolean };

/** What the questions of `who-can` and `explain` are put to: the files, or with `--live` the services as they are. */
export const scenesFor = async (io: Io, options: AskOptions): Promise<ReadonlyMap<string, Scene>> => {
  const loaded = await loadOrFail(io, options);
  const { document, at, texts } = loaded;
  if (options.live !== true) {
    const offline = await offlineScenes(document, at, [options.in]);
    if (offline.diagnostics.some((one) => one.severity === "error"))
      throw new CommandFailure("invalid", offline.diagnostics, texts);
    printDiagnostics(io, options, offline.diagnostics, texts);
    return governed(offline.scenes, options.in, "no file says anything about the room");
  }
  const scope = scopeFor(options, document);
  const open = await openServices({ io, options, document, texts, scope, mode: "read" });
  try {
    const services = await readServices({ io, document, scope }, open);
    const scenes = new Map(
      [...services].map(([name, service]): [string, Scene] => {
        const { provider, policy, before, after } = worldOf(name, service, { document, at, scope, only: undefined });
        return [name, { provider, policy, view: before, wanted: after }];
      }),
    );
    return governed(scenes, options.in, "no file names the room, or it does not exist:");
  } finally {
    await open.close();
  }
};

/** The providers at which the room is governed by the files. Throws CommandFailure when there is none. */
const governed = (scenes: ReadonlyMap<string, Scene>, room: string, why: string): ReadonlyMap<string, Scene> => {
  const found = new Map([...scenes].filter(([, { policy }]) => policy.rooms.has(room)));
  if (found.size > 0) return found;
  throw new CommandFailure("invalid", [
    problem("unknown-name", `${why} ${JSON.stringify(room)}`, "rooms go by their id at the service"),
  ]);
};
