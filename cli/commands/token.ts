import { DAY_MS, grantFor, HOUR_MS } from "../../engine/token/grant-for.ts";
import { refuseForReading } from "../apply-rules.ts";
import { EXIT, type ExitCode } from "../exit.ts";
import { CommandFailure, orFail, printJson, problem } from "../failures.ts";
import type { Io } from "../io.ts";
import { loadOrFail } from "../load-files.ts";
import type { ServiceOptions } from "../options.ts";
import { scopeFor } from "../planning.ts";
import { openServices } from "../services.ts";

type TokenOptions = ServiceOptions & { readonly on: string; readonly ttl?: number };

/** `rolecall token ROOM USER --on PROVIDER`: asks the service for a token that holds what the files give. */
export const tokenCommand = (io: Io, options: TokenOptions, room: string, user: string): Promise<ExitCode> =>
  orFail(io, options, async () => {
    if ((options.ttl ?? HOUR_MS) > DAY_MS) throw refused("usage", "--ttl is at most 24h");
    const loaded = await loadOrFail(io, options);
    const { document, texts, at } = loaded;
    if (!document.providers.has(options.on))
      throw refused("invalid", `the files have no provider ${JSON.stringify(options.on)}`);
    const only = { ...options, target: [options.on], exclude: [] };
    const open = await openServices({
      io,
      options: only,
      document,
      texts,
      scope: scopeFor(only, document),
      mode: "read",
    });
    try {
      refuseForReading(options, loaded, open, io.now());
      const service = open.services.get(options.on);
      if (service === undefined) throw refused("invalid", `no room of the files is on ${options.on}`);
      const found = grantFor({
        document,
        name: options.on,
        provider: service.provider,
        room,
        user,
        at,
        ...(options.ttl === undefined ? {} : { ttl: options.ttl }),
      });
      if (found.type === "refused") throw refused("invalid", found.why);
      const issue = service.provider.issueToken;
      if (issue === undefined) throw refused("invalid", `${service.provider.facts.title} takes no grants by token`);
      const token = await issue(service.connection, found.room, user, found.grant, found.expires);
      const expires = new Date(found.expires).toISOString();
      if (options.json === true)
        printJson(io, { provider: options.on, room, user, grant: found.grant, token, expires });
      else io.out(`${token}\n`);
      return EXIT.done;
    } finally {
      await open.close();
    }
  });

const refused = (reason: "usage" | "invalid", summary: string): CommandFailure =>
  new CommandFailure(reason, [problem("not-supported", summary)]);
