import { Argument, Command } from 'commander';
import type { Flags } from '../settings.js';
import { UsageError } from '../errors.js';
import { addServeOptions } from './add-serve-options.js';

/** Declares `tickchat serve`. */
export function serveCommand(): Command {
  return addServeOptions(
    new Command('serve')
      .description('Serve the page, the tick and the chat on one port.')
      .usage('[options]')
      .addArgument(new Argument('[extra]')) // refused, with a hint
      .action(async (extra: string | undefined, flags: Flags) => {
        if (extra !== undefined) throw new UsageError(refusalOf(extra));
        await (await import('../serve.js')).serve(flags);
      }),
  );
}

function refusalOf(extra: string): string {
  const hint = /^\d+$/.test(extra) ? `did you mean --port ${extra}?` : 'it takes options only';
  return `serve ${JSON.stringify(extra)}: ${hint}`;
}
