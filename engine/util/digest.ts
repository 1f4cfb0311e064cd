import { createHash } from "node:crypto";
import type { Json } from "../model.ts";
import { stableJson } from "./stable-json.ts";

/** `sha256:` and the hex digest of a JSON value's stable text. */
export const digestOf = (value: Json | undefined): string =>
  `sha256:${createHash("sha256").update(stableJson(value)).digest("hex")}`;
