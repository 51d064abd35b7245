import { describe, expect, it } from '@jest/globals';
import { faultsIn, type RuleName } from '../../tools/language-rules.js';

/** Faults as `line: rule`, or with the message of an old word. */
function found(path: string, text: string): string[] {
  return faultsIn(path, text).map(({ line, rule, message }) =>
    rule === 'old-word' ? `${line}: ${message}` : `${line}: ${rule}`,
  );
}

const wide = 'x'.repeat(101);
const [source, docs] = ['src/server/chat/hub.ts', 'docs/CLIENT.md'];

describe('the language check', () => {
  it.each<[RuleName, string, string, number]>([
    ['comment-width', 'bench/loads.ts', `// ${wide}`, 1],
    ['comment-width', 'bin/tickchat.js', `/*\n * ${wide}\n */`, 2],
    ['comment-width', 'bench/servers/floor.c', `int a; /* ${wide} */`, 1],
    ['comment-width', 'test/a.test.ts', `const a = 'b'; // ${wide}`, 1],
    ['comment-width', 'tools/a.ts', `a(/'/); // ${wide}`, 1],
    ['markdown-width', docs, `# Title\n\n${wide}`, 3],
    ['markdown-width', docs, `See [this](https://example.org/${wide}) and that.`, 1],
    ['markdown-width', docs, `\`\`\`sh\n${wide}\n\`\`\`\n${wide}`, 4],
    ['doc-start', source, '/** What a hub knows. */', 1],
    ['doc-start', source, '\n/**\n * Whether there is one.\n */', 3],
    ['doc-start', source, '/** So long a peer may wait, ms. */', 1],
    ['doc-start', source, '/** When it closes. */', 1],
    ['file-length', source, 'a();\n'.repeat(251), 251],
  ])('finds a fault of %s in %s', (rule, path, text, line) => {
    expect(found(path, text)).toEqual([`${line}: ${rule}`]);
  });

  it.each([
    [source, `const text = '// ${wide}';`],
    [source, `const url = \`https://example.org/${wide}\`;`],
    [source, `const pattern = /\\/\\/${wide}/;`],
    [source, `// ${'x'.repeat(97)}`],
    [source, `/** The peers of a room. */\n// What follows is no doc comment.`],
    [
      source,
      '/** Whatever is queued. */\n/** Whose address it is. */\n/** Howling. */\n/** How long it takes, ms. */\n/** Never blocks. */',
    ],
    [source, 'a();\n'.repeat(250)],
    ['test/a.test.ts', '/** What a test says. */'],
    ['test/a.test.ts', 'a();\n'.repeat(251)],
    [docs, `| ${wide} | b |`],
    [docs, `- [Client](https://example.org/${wide})`],
    [docs, `[client]: https://example.org/${wide}`],
    [docs, `\`curl https://example.org/${wide}\``],
    [docs, `\`\`\`\n${wide}\n\`\`\``],
    [docs, 'ü'.repeat(100)],
  ])('leaves %s alone (%#)', (path, text) => {
    expect(found(path, text)).toEqual([]);
  });
});

describe('the table of words', () => {
  it.each([
    ['src/server/accept.ts', 'const desk = new AdmissionDesk();', '1: "AdmissionDesk": say'],
    ['src/server/farewell.ts', '', '1: "farewell": say closeGradually'],
    ['src/page/kept.ts', '', '1: "kept.ts": say StoredValue'],
    ['src/server/connection/peer.ts', '#owesTick = false;', '1: "owesTick": say tickPending'],
    ['src/server/chat/context.ts', 'interface Conversation {}', '1: "Conversation": say ChatC'],
    ['src/client/client.ts', 'new Session();', '1: "Session": say Membership'],
    ['src/client/transport.ts', "type Transport = 'events';", "1: \"'events'\": say 'sse'"],
    ['src/cli/send.ts', 'throw new StartError();', '1: "StartError": say RuntimeFailure'],
    [source, '\n// asked by whoever\n', '2: "whoever": say the client'],
    [source, '/**\n * A client that is told\n * to go.\n */', '2: "told to go": say closed'],
    [source, "const why = 'turned away';", '1: "turned away": say rejected'],
    ['test/ops/run.ts', "it('meets the bars', run);", '1: "bars": say target'],
    [docs, 'Each bar was met.', '1: "bar": say target'],
    [docs, 'A life of\nthe log.', '1: "life of the log": say epoch'],
    ['DECISIONS.md', 'The `Intake` holds frames.', '1: "Intake": say InboundThrottle'],
  ])('finds the old word in %s: %s', (path, text, start) => {
    expect(found(path, text)).toEqual([expect.stringContaining(start)]);
  });

  it.each([
    ['src/server/chat/v1-session.ts', 'class V1Session implements Session {}'],
    ['src/client/membership.ts', '// Conversation goes on in the room.'],
    ['src/server/http/respond.ts', '/** Callers must end the response. */'],
    ['src/server/log/log.ts', '// Log lines are sampled; the log is open.'],
    ['src/server/log/lmdb/batch.ts', 'export interface Batch {}'],
    ['src/page/outgoing.ts', '// Messages are kept for the tab.'],
    ['src/client/events.ts', "import type { Events } from '../../src/server/api/sse.js';"],
    ['src/client/events.ts', "import { EventEmitter } from 'node:events';"],
    ['test/page/panel.test.ts', '// the status bar'],
    ['test/cli/main.test.ts', "expect(run('foobar')).toBe(1);"],
    [docs, 'A barrier. A tick frame of the room `bar-1`.'],
    ['tools/language-words.ts', "name('AdmissionDesk', 'ConnectionLimiter')"],
  ])('leaves good words in %s alone: %s', (path, text) => {
    expect(found(path, text)).toEqual([]);
  });
});
