import { Command } from 'commander';
import type { UnitFlags } from '../unit.js';

const HELP = `
  tickchat unit > /etc/systemd/system/tickchat.service

With a socket: --activated for the service, --socket for the socket.`;

/** Declares `tickchat unit`. */
export function unitCommand(): Command {
  return new Command('unit')
    .description('Print the systemd unit for this installation.')
    .option('--activated', 'the service for tickchat.socket: a restart rejects no client')
    .option('--socket', 'tickchat.socket, which listens for the service')
    .addHelpText('after', HELP)
    .allowExcessArguments(false)
    .action(async (flags: UnitFlags) => (await import('../unit.js')).printUnit(flags));
}
