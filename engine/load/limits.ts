/** Caps on what a file may hold. They stop accidents and attacks, and are far above what people and generators write. */

/** Bytes of one file. */
export const MAX_FILE_BYTES = 32 * 1024 * 1024;
/** Keys, values, marks, spaces and line ends of one YAML file: reading takes some 300 bytes of memory for each. */
export const MAX_YAML_TOKENS = 4_000_000;
/** Keys and values of one JSON file. */
export const MAX_JSON_VALUES = 3_000_000;
/** Maps and lists inside each other. */
export const MAX_DEPTH = 32;
/** UTF-16 units of a key. */
export const MAX_KEY_LENGTH = 1024;
/** UTF-16 units of one text. */
export const MAX_TEXT_LENGTH = 1024 * 1024;
/** Faults of one file that are reported one by one. */
export const MAX_FAULTS = 1000;
