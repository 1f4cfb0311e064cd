import { configureGlobal } from "fast-check";

const asked = process.env.ROLECALL_SEED ?? "20261121";

/**
 * The seed of every property: the same in each run, so that a failure is the change's and comes again.
 * `ROLECALL_SEED=7 npx vitest run` tries another one, `ROLECALL_SEED=random` a new one that a failure prints.
 */
export const seed = asked === "random" ? Date.now() % 2 ** 31 : Number(asked);

configureGlobal({ seed });
