import { invalid, ok } from "./sandbox-answers.ts";
import type { ApiCall, Stage } from "./sandbox-call.ts";
import { isRecord, type JsonRecord, unknownKey } from "./sandbox-permissions.ts";
import { checkProperties, DOMAIN_PROPERTIES, mergeProperties, TOKEN_PROPERTIES } from "./sandbox-properties.ts";
import { makeToken, readToken } from "./sandbox-token.ts";

const UNSURE = ["permissions", "enforce_unique_user_ids"];

/** The GET schema does not list all that can be set (section 7): a switch shows it. */
const config = ({ store }: Stage, shows: boolean): JsonRecord =>
  Object.fromEntries(Object.entries(store.domain.config).filter(([name]) => shows || !UNSURE.includes(name)));

const getDomain: ApiCall = (_, stage) => {
  const { name, id } = stage.store.domain;
  const shows = stage.rules.domainShows === "always";
  return ok({ domain_name: name, domain_id: id, config: config(stage, shows) });
};

const updateDomain: ApiCall = ({ body }, stage) => {
  if (!isRecord(body) || !isRecord(body.properties)) return invalid("missing required field properties");
  const { properties } = body;
  const { store, rules } = stage;
  const wrong =
    unknownKey(body, ["properties"]) ?? checkProperties(properties, DOMAIN_PROPERTIES, rules.partialBase === "taken");
  if (wrong !== undefined || !isRecord(properties)) return invalid(wrong ?? "");
  const merged = mergeProperties(store.domain.config, properties, rules.permissionsUpdate === "merge");
  store.domain = { ...store.domain, config: merged };
  stage.changed();
  return ok({ domain_name: store.domain.name, config: config(stage, rules.domainShows !== "never") });
};

/** Whether the room exists is not checked (assumed). Tokens are kept nowhere. */
const createToken: ApiCall = ({ body }, { store, rules, apiKey, now }) => {
  if (!isRecord(body) || !isRecord(body.properties)) return invalid("missing required field properties");
  const wrong =
    unknownKey(body, ["properties"]) ??
    checkProperties(body.properties, TOKEN_PROPERTIES, rules.partialBase === "taken");
  if (wrong !== undefined) return invalid(wrong);
  return ok({ token: makeToken(body.properties, store.domain.id, apiKey, now()) });
};

const getToken: ApiCall = ({ query }, { apiKey, now }, token) => {
  const properties = readToken(token, apiKey, now(), query.get("ignoreNbf") === "true");
  return properties === undefined ? invalid("the token is not valid") : ok(properties);
};

export const domainCalls = { getDomain, updateDomain, createToken, getToken };
