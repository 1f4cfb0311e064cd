import type { SandboxAnswer, SandboxRequest } from "../_shared/sandbox-server.ts";
import { invalid, notFound } from "./sandbox-answers.ts";
import type { DailySandboxRules } from "./sandbox-rules.ts";
import { type DailySandboxRoom, roomAt, type Store } from "./sandbox-store.ts";

/** What a call may look at and change. `changed` is told after each change. */
export type Stage = {
  readonly store: Store;
  readonly rules: DailySandboxRules;
  readonly apiKey: string;
  now(): number;
  changed(): void;
};

/** One endpoint; `id` is the part of the path that names the object. */
export type ApiCall = (request: SandboxRequest, stage: Stage, id: string) => SandboxAnswer;

export const noRoom = (rules: DailySandboxRules, name: string): SandboxAnswer =>
  rules.unknownRoom === 400 ? invalid(`room ${name} not found`) : notFound(`room ${name} not found`);

/** A call about a room that has to be there. */
export const withRoom =
  (call: (request: SandboxRequest, stage: Stage, room: DailySandboxRoom) => SandboxAnswer): ApiCall =>
  (request, stage, name) => {
    const room = roomAt(stage.store, name, stage.now());
    return room === undefined ? noRoom(stage.rules, name) : call(request, stage, room);
  };
