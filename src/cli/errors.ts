/** What a person asked for can't be: exit status 2. The message is one line. */
export class UsageError extends Error {}

/** It was a right thing to ask for and could not be done: exit status 1. The message is one line. */
export class StartError extends Error {}
