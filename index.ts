/** The library: the engine with the services that come with it. The command line is built from the same parts. */
export { execute } from "./engine/apply/execute.ts";
export { verify } from "./engine/apply/verify.ts";
export { diff } from "./engine/diff/diff.ts";
export { loadDocument as load } from "./engine/load/load.ts";
export { readText } from "./engine/load/read-text.ts";
export { needsOf, resolvePolicy } from "./engine/load/resolve.ts";
export type * from "./engine/model.ts";
export { makePlan as plan } from "./engine/pipeline.ts";
export { scopeOf } from "./engine/plan/scope.ts";
export type * from "./engine/plan-document.ts";
export type * from "./engine/provider.ts";
export { defineProvider, ServiceFailure } from "./engine/provider.ts";
export { renderPlan } from "./engine/report/plan-text.ts";
export { grantFor } from "./engine/token/grant-for.ts";
export { conformanceCases } from "./providers/_shared/conformance.ts";
export { languages, loadProvider } from "./providers/registry.ts";
export type { Rolecall } from "./schemas/generated/rolecall.ts";
