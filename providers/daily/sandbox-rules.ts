/** The switches: what the documents leave open, with the sheet's assumption as the default. */
export type DailySandboxRules = {
  /** A room that is not there: older pages show 404, the OpenAPI file 400. */
  readonly unknownRoom: 404 | 400;
  /** update-permissions and eject where nobody is in the call. */
  readonly idleRoom: 404 | 400 | 200;
  /** update-permissions where none of the ids is in the call. */
  readonly unknownIds: 200 | 404;
  /** Ids in one update-permissions, at most; undefined: no limit is known. */
  readonly maxIds: number | undefined;
  /** `canReceive.base` as an object with some kinds left out; the SDK's types have it whole. */
  readonly partialBase: "refused" | "taken";
  /** How long after the answer an update of live permissions takes effect. */
  readonly effectMs: number;
  /** How far presence lags: up to 15 s. */
  readonly presenceLagMs: number;
  /** Whether presence shows people without `hasPresence`. */
  readonly hiddenInPresence: boolean;
  /** Presence gives at most so many items while `total_count` counts all. */
  readonly presenceCap: number | undefined;
  /** False: presence items as before May 2026. */
  readonly mtgSessionId: boolean;
  /** Nested `permissions` of a room or the domain on update. */
  readonly permissionsUpdate: "replace" | "merge";
  /** The default that `config` leaves out: the vendor's, or the domain's value where there is one. */
  readonly defaultsFrom: "vendor" | "domain";
  /** Whether expired rooms count in `total_count`. */
  readonly countsExpired: boolean;
  /** Which answers show `permissions` and `enforce_unique_user_ids` of the domain: GET and POST, POST alone, none. */
  readonly domainShows: "always" | "post" | "never";
  /** A batch delete that names a room that is not there. */
  readonly batchMissing: 400 | 404 | "ignored";
  /** The answer of a batch create. */
  readonly batchAnswer: "array" | "data";
  /** Seconds in `Retry-After` of a 429; undefined: no header. */
  readonly retryAfter: number | undefined;
  /** False: no request is ever too many. */
  readonly limited: boolean;
};

export const DEFAULT_RULES: DailySandboxRules = {
  unknownRoom: 404,
  idleRoom: 404,
  unknownIds: 200,
  maxIds: undefined,
  partialBase: "refused",
  effectMs: 0,
  presenceLagMs: 0,
  hiddenInPresence: false,
  presenceCap: undefined,
  mtgSessionId: true,
  permissionsUpdate: "replace",
  defaultsFrom: "vendor",
  countsExpired: false,
  domainShows: "never",
  batchMissing: 400,
  batchAnswer: "array",
  retryAfter: undefined,
  limited: true,
};
