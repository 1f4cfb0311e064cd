/** The room of the place that stands for all rooms that no file names and that set nothing of their own. */
export const OTHER_ROOMS = "*";
