// SPDX-License-Identifier: AGPL-3.0-or-later
// A server made of Fedify, with one actor: it looks our things up, follows our
// channel and answers a video, and tells what came back. Standard input has
// one JSON document, {account, channel, video}; each line it prints is one.
import { createServer } from 'node:http';
import { Readable } from 'node:stream';
import { Accept, Create, Follow, MemoryKvStore, Note, Person,
	PUBLIC_COLLECTION, createFederation, generateCryptoKeyPair,
	getDocumentLoader, lookupObject, lookupWebFinger,
	traverseCollection } from '@fedify/fedify';
import { Temporal } from '@js-temporal/polyfill';

const asked = JSON.parse(await new Response(Readable.toWeb(process.stdin))
	.text());
const tell = (what, more) =>
	console.log(JSON.stringify({ what, ...more }));

const keys = [await generateCryptoKeyPair('RSASSA-PKCS1-v1_5')];
const federation = createFederation({ kv: new MemoryKvStore(),
	allowPrivateAddress: true });
federation.setActorDispatcher('/users/{identifier}', async (ctx, name) =>
	name !== 'fay' ? null : new Person({
		id: ctx.getActorUri(name), preferredUsername: name, name: 'Fay',
		inbox: ctx.getInboxUri(name), outbox: ctx.getOutboxUri(name),
		followers: ctx.getFollowersUri(name),
		publicKey: (await ctx.getActorKeyPairs(name))[0].cryptographicKey,
	})).setKeyPairsDispatcher(() => keys);
federation.setOutboxDispatcher('/users/{identifier}/outbox',
	() => ({ items: [] }));
federation.setFollowersDispatcher('/users/{identifier}/followers',
	() => ({ items: [] }));
federation.setObjectDispatcher(Note, '/notes/{id}', (ctx, { id }) =>
	notes.get(id) ?? null);
// A listener is called for what carries a good signature alone.
federation.setInboxListeners('/users/{identifier}/inbox', '/inbox')
	.on(Accept, async (ctx, accept) => tell('accept', {
		actor: accept.actorId.href,
		object: (await accept.getObject(ctx)).constructor.name }))
	.on(Create, async (ctx, create) => {
		const object = await create.getObject(ctx);
		tell('create', { actor: create.actorId.href,
			type: object.constructor.name,
			content: object.content?.toString(),
			replies: object.replyTargetId?.href });
	})
	.onError((ctx, error) => tell('error', { error: String(error) }));
const notes = new Map();

// node:http's requests are not those of fetch().
async function serve(request, response) {
	const url = `http://${request.headers.host}${request.url}`;
	const body = request.method === 'POST' ? await new Response(
		Readable.toWeb(request)).arrayBuffer() : undefined;
	const answer = await federation.fetch(new Request(url, {
		method: request.method, headers: request.headers, body }),
		{ contextData: undefined });
	response.writeHead(answer.status, Object.fromEntries(answer.headers));
	response.end(Buffer.from(await answer.arrayBuffer()));
}

const server = createServer((request, response) =>
	serve(request, response).catch((error) => {
		tell('error', { error: String(error) });
		response.writeHead(500).end();
	}));
await new Promise((done) => server.listen(0, '127.0.0.1', done));
const origin = new URL(`http://127.0.0.1:${server.address().port}`);
const ctx = federation.createContext(origin, undefined);
const loader = { documentLoader: getDocumentLoader(
	{ allowPrivateAddress: true }) };

async function find(handle) {
	const found = await lookupWebFinger(`acct:${handle}`,
		{ allowPrivateAddress: true });
	const self = found?.links.find((link) => link.rel === 'self');
	const actor = self && await lookupObject(self.href, loader);
	tell('actor', { type: actor?.constructor.name, id: actor?.id?.href,
		handle: `${actor?.preferredUsername}@${new URL(self.href).host}`,
		subject: found?.subject, inbox: actor?.inboxId?.href,
		shared: actor?.endpoints?.sharedInbox?.href,
		key: (await actor?.getPublicKey(loader))?.id?.href });
	return actor;
}

const account = await find(asked.account);
const channel = await find(asked.channel);
const video = await lookupObject(asked.video, loader);
const attributions = [];
for await (const one of video.getAttributions(loader))
	attributions.push(one.id.href);
tell('video', { type: video.constructor.name, id: video.id.href,
	name: String(video.name), attributions,
	published: String(video.published), duration: String(video.duration) });
const outbox = [];
for await (const item of traverseCollection(
	await channel.getOutbox(loader), loader))
	outbox.push(item.constructor.name);
tell('outbox', { items: outbox });

const me = ctx.getActorUri('fay');
const note = new Note({ id: new URL('/notes/1', origin), attribution: me,
	to: PUBLIC_COLLECTION, cc: account.id, replyTarget: video.id,
	content: '<p>Said by <b onclick="x()">Fedify</b></p>',
	url: new URL('/notes/1', origin),
	published: Temporal.Now.instant() });
notes.set('1', note);
await ctx.sendActivity({ identifier: 'fay' }, channel, new Follow({
	id: new URL('/follows/1', origin), actor: me, object: channel.id }));
tell('sent', { type: 'Follow' });
await ctx.sendActivity({ identifier: 'fay' }, account, new Create({
	id: new URL('/notes/1/activity', origin), actor: me,
	to: PUBLIC_COLLECTION, cc: account.id, object: note }));
tell('sent', { type: 'Create' });

// The test ends it; else it ends by itself.
setTimeout(() => process.exit(0), 60000);
