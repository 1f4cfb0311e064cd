import type { Store } from "./sandbox-store.ts";

/** Where the documents are silent, both readings can be had. */
export type Switches = {
  readonly presets: readonly string[];
  readonly permissions: readonly string[];
  readonly roleSensitive: readonly string[];
  /** An array that names a role that is not there: 422, or the name is dropped without a word. */
  readonly unknownTargets: "refuse" | "drop";
  /** A new role may name itself. */
  readonly selfOnCreate: boolean;
  /** Names of a deleted role in the arrays of others: left dangling, or taken out. */
  readonly afterDelete: "dangle" | "scrub";
  /** `null` in a PATCH of a room or the team. */
  readonly nulls: "ignore" | "refuse";
  /** What a room's GET shows: as the vendor's example, or all that can be written. */
  readonly reads: "example" | "everything";
  /** The address of a deleted room that had a session can be used again. */
  readonly reusesUrls: boolean;
  /** A token for a role that the room does not have. */
  readonly foreignTokenRole: "refuse" | "accept";
  /** The live call of a room in which nobody is. */
  readonly noSession: 404 | 200;
};

export type Context = {
  readonly store: Store;
  readonly switches: Switches;
  readonly developerKey: string;
  now(): number;
  /** To be called after each write, before the answer. */
  changed(): void;
};
