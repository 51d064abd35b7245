/** A word that is no longer used, or only in another sense. */
export interface Word {
  readonly old: RegExp;
  /** `names`: identifiers, file names and code spans. `prose`: comments, strings and Markdown. */
  readonly zone: 'names' | 'prose';
  /** Paths that it is forbidden in. */
  readonly paths: RegExp;
  /** What is written instead. */
  readonly say: string;
}

const ANYWHERE = /(?:)/;
const SERVER = /^(?:src|test)\/server\/|^(?:ARCHITECTURE|DECISIONS)\.md$/;
const CLIENT = /^src\/client\//;
const PAGE = /^src\/page\//;
const CLI = /^(?:src|test)\/cli\//;

/** Identifiers or file names; `|` separates several. */
function name(old: string, say: string, paths: RegExp = ANYWHERE): Word {
  return { old: new RegExp(`(?<![\\w-])(?:${old})(?![\\w-])`, 'g'), zone: 'names', paths, say };
}

/** A phrase in any case, also over a line break. */
function phrase(old: string, say: string, paths: RegExp = ANYWHERE): Word {
  const pattern = `(?<![\\w-])(?:${old.replaceAll(' ', '\\s+')})(?![\\w-])`;
  return { old: new RegExp(pattern, 'gi'), zone: 'prose', paths, say };
}

/** The words that have a successor. Words that a search can't tell from good ones are not here. */
export const WORDS: readonly Word[] = [
  // One word had several meanings.
  name('Place|place\\.ts', 'Cursor, ListenAddress or slot'),
  name('Session', 'Membership', CLIENT),
  name('Sessions', 'SseSessions', SERVER),
  name('Spoken', 'WebSocketProtocol or PublishRequest'),
  name('Sender|SenderOf|senderReader', 'RemoteClient, trustProxies', SERVER),
  name('[Dd]ialect|dialectOf', 'protocol and transport', /^src\/(?:server|client|page)\//),
  phrase('dialects?', 'protocol or transport', /^src\/(?:server|client|page)\/|\.md$/),
  name('arrive|arriving', 'join, joining', /^src\/server\//),
  name('Batch', 'WriteBatch', /^src\/server\/(?:chat|connection)\//),
  name('Log', 'MessageLog', SERVER),
  name('MessageLog|message-log', 'MessageList, message-list', PAGE),
  { old: /(?<!from )'events'/g, zone: 'prose', paths: ANYWHERE, say: "'sse'" },
  phrase('(?:by|over|on|via) events', 'over SSE'),
  phrase('event streams?', 'SSE stream'),

  // The server's names.
  name('reception|createReception|ReceptionParts', 'accept, createAcceptor, AcceptorDeps'),
  name('GateOptions', 'HandshakeRules'),
  name('AdmissionDesk|admission', 'ConnectionLimiter, limiter'),
  name('WebSocketGate', 'WebSocketUpgrader'),
  name('EventGate|event-gate', 'SseHandler, sse-handler'),
  name('Wire', 'Transport', /^src\/|\.md$/),
  name('EventWire|event-wire', 'SseTransport, sse-transport'),
  name('event-frames', 'sse-frame'),
  name('Intake|IntakeLimits|intake', 'InboundThrottle, inbound-throttle'),
  name('Reading', 'Pausable', SERVER),
  name('Handling', 'InboundHandler', SERVER),
  name('heldMs|heldAt', 'delayMs'),
  name('owesTick|payTick|owedPong', 'tickPending, sendPendingTick, pendingPong'),
  name('PeerOwner', 'PeerContext'),
  name('onGone|onDone|lifeSign', 'onClosed, onFinished, activity'),
  name('Pulse', 'Monitored'),
  name('Beat|newBeat', 'HeartbeatState, newHeartbeatState'),
  name('Exchanges|exchanges', 'InFlightRequests, in-flight', SERVER),
  name('underWay|whenTaken', 'count, whenFlushed', /^src\/server\//),
  name(
    'farewell|sayFarewell|farewellMs|toldBy|AT_ONCE',
    'closeGradually, spreadMs, closedBy, IMMEDIATE',
  ),
  name('Drained', 'ShutdownParts'),
  name('[Cc]ensus|stockTaker|takeStock', 'counts, ConnectionCounts, gaugeUpdater'),
  name(
    'sayOnline|onlineSaid|ONLINE_EVERY_MS',
    'broadcastPresence, lastPresence, PRESENCE_INTERVAL_MS',
  ),
  name('Conversation|V1Conversation', 'ChatContext, V1Context', SERVER),
  name('Callers?|CallerRules|Calling|callers', 'HttpAuthorizer, Principal, AuthRules, AuthRequest'),
  name('AddressRate|address-rate', 'RateLimiter, rate-limiter'),
  name('EventLog|event-log', 'SampledLogger, sampled-logger'),

  // The client's, the page's and the command line's names.
  name('Link|LinkState|LinkEvents|LinkEnvironment', 'ReconnectingSocket', CLIENT),
  name('openEvents|open-events', 'SseSocket, sse-socket'),
  { old: /'notAllowed'/g, zone: 'prose', paths: ANYWHERE, say: "'not_allowed'" },
  name('Kept|kept\\.ts', 'StoredValue', PAGE),
  name('stop-words', 'stopped-text'),
  name('StartError', 'RuntimeFailure or CommandError', CLI),

  // Prose.
  phrase(
    '(?<!(?:progress|status|scroll|title|tool|address|menu|tab) )bars?',
    'target',
    /^(?:src|test|bench|tools)\/(?!docs\/)|\.md$/,
  ),
  name('[Bb]ars?|BARS?', 'target', /^(?:bench|test\/(?:ops|client|browser))\//),
  phrase('whoever', 'the client, server, operator or user'),
  phrase('farewells?', 'close'),
  phrase('told to (?:go|leave)', 'closed with 1001'),
  phrase('turned away', 'rejected'),
  phrase('lets? nobody in', 'is rejected'),
  phrase('on (?:its|the) way out', 'draining'),
  phrase('li(?:fe|ves) of (?:the|a|this|that) (?:log|server)', 'epoch or run'),
  phrase('signs? of life', 'keep-alive, or watchdog ping'),
  phrase('passed over', 'skipped'),
  phrase('held up', 'blocked'),
  phrase('stays? as (?:it|they) (?:was|is|were|are)', 'is kept'),
  phrase('stop words?', 'text for a stopped client', /^(?:src|test)\//),
];
