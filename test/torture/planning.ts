import { loadDocument } from "../../engine/load/load.ts";
import { readText } from "../../engine/load/read-text.ts";
import { needsOf } from "../../engine/load/resolve.ts";
import type { Diagnostic, Document } from "../../engine/model.ts";
import { makePlan, type Planned } from "../../engine/pipeline.ts";
import { scopeOf } from "../../engine/plan/scope.ts";
import type { PlanDocument } from "../../engine/plan-document.ts";
import { planOptions } from "../../providers/_shared/plan-options.ts";
import type { Files } from "./model.ts";
import type { TortureService } from "./service.ts";

/** What a plan needs of a service under torture. */
export type Planning<S> = Pick<TortureService<S>, "name" | "provider" | "config" | "read">;

const AT = Date.parse("2026-06-01T12:00:00Z");

const errorsIn = (diagnostics: readonly Diagnostic[]): readonly Diagnostic[] =>
  diagnostics.filter(({ severity }) => severity === "error");

/** The files as the tool loads them. Throws where they are not valid: random files are made to be. */
export const load = <S>(service: Planning<S>, files: Files): Document => {
  const { roomDefaults, ...rest } = files;
  const config = roomDefaults === undefined ? service.config : { ...service.config, roomDefaults };
  const text = JSON.stringify({ version: 1, providers: { [service.name]: config }, ...rest });
  const { file, diagnostics } = readText("rolecall.json", new TextEncoder().encode(text));
  const languages = new Map([[service.name, service.provider]]);
  const loaded = file && loadDocument([file], { policyFiles: [], languages, allowEnv: [], at: AT });
  if (loaded?.document !== undefined) return loaded.document;
  const faults = errorsIn([...diagnostics, ...(loaded?.diagnostics ?? [])]);
  throw new Error(`random files are not valid: ${faults.map(({ summary }) => summary).join("; ")}\n${text}`);
};

/** Everything that can be allowed on the command line is: what is looked at here are not the guards. */
const ALLOWED = planOptions({ allow_removals: ["*=1000000"], accept_transient: ["*"] });

/** A real plan for a state, or why the provider refuses to make one. */
export const planFor = async <S>(
  service: Planning<S>,
  document: Document,
  state: S,
  options: Partial<PlanDocument["options"]> = {},
): Promise<{ readonly planned: Planned; readonly errors: readonly Diagnostic[] }> => {
  const config = document.providers.get(service.name);
  if (config === undefined) throw new Error("the files have no provider");
  const current = await service.read(state, { config, ...needsOf(document, service.name) });
  const planned = makePlan({
    document,
    services: new Map([
      [
        service.name,
        {
          provider: service.provider,
          account: "model",
          baseUrl: "sandbox",
          state: current,
          ledger: { get: () => undefined, set: () => {} },
        },
      ],
    ]),
    scope: scopeOf([], [], [service.name]),
    at: AT,
    timestamp: new Date(AT).toISOString(),
    version: "0.0.0",
    loadDiagnostics: [],
    options: { ...ALLOWED, ...options },
  });
  return { planned, errors: errorsIn(planned.diagnostics) };
};
