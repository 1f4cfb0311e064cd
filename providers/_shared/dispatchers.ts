/** What is used of undici, in a module of its own that is loaded with the first request: start-up does not pay for it. */
export { Agent, EnvHttpProxyAgent } from "undici";
