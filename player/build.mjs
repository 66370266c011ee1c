/* SPDX-License-Identifier: AGPL-3.0-or-later */
/*
 * node build.mjs SOURCES MODULES OUT: bundles the player. SOURCES is this
 * folder, MODULES a node_modules made from package-lock.json. In OUT come
 * player.js (hls.js and our controls), p2p.js (p2p-media-loader, changed as
 * said below), player-licences.txt, and player-sources.txt, which names what
 * they were made from and their SHA-256.
 */
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

const [sources, modules, out] = process.argv.slice(2);
const { build } = createRequire(join(modules, "x.js"))("esbuild");
const notice = `/* Cardume's player, AGPL-3.0-or-later, with libraries that
 * player-licences.txt names; made from the folder player/ of its sources. */`;

/*
 * What is changed in p2p-media-loader 2.3.1; each text is there once, or the
 * build fails.
 *   core: after bytes that were not what they should be (a peer's), how many a
 *     range has is known again; upstream forgets it and refuses every answer
 *   core: info hashes of streams may be given
 *   core: a piece that plays soon, not now, is awaited for as long as another
 *     viewer has it or gets it, and in the first moments, when viewers do not
 *     know each other yet; upstream gets all that plays soon from the server
 *   core: who has lost the tracker comes back after 10 to 40 s, upstream after
 *     up to 310
 *   hlsjs: a stream is named by its level's number, as up to 2.2
 */
const changes = {
	"p2p-media-loader-core.es.js": [[
		`		this.bytes = [];
		this._totalBytes = void 0;`,
		`		this.bytes = [];
		this._totalBytes = this.segment.byteRange ?
			this.segment.byteRange.end -
			this.segment.byteRange.start + 1 : void 0;`,
	], [
		`function getStreamHash(streamId) {
	return `,
		`const swarmHashes = new Map();
function getStreamHash(streamId) {
	return swarmHashes.get(streamId) || `,
	], [
		"export { Core, ",
		"export { swarmHashes, Core, ",
	], [
		`			if (statuses.isHighDemand) {
				const canLoad`,
		`			if (statuses.isHighDemand && !this.canWait(segment, statuses)) {
				const canLoad`,
	], [
		`	loadThroughHttp(segment) {`,
		`	canWait({ startTime }, { isP2PDownloadable }) {
		const { position, rate } = this.playback;

		return startTime - position > 3.5 * rate &&
			(isP2PDownloadable ||
			performance.now() - this.createdAt < 1500);
	}
	loadThroughHttp(segment) {`,
	], [
		`			this.loadRandomThroughHttp();
			this.setIntervalLoading();`,
		`			this.loadRandomThroughHttp();
			this.requestProcessQueueMicrotask(false);
			this.setIntervalLoading();`,
	], [
		"var RECONNECT_VARIANCE = 300 * 1e3;",
		"var RECONNECT_VARIANCE = 30 * 1e3;",
	]],
	"segment-manager.js": [[
		`                type: "main",
                index,`,
		`                type: "main",
                index: String(levels.indexOf(level)),`,
	]],
};

function change(path) {
	let text = readFileSync(path, "utf8");

	for (const [before, after] of changes[basename(path)]) {
		if (text.split(before).length !== 2)
			throw new Error(`${path} is not what was to be changed`);
		text = text.replace(before, () => after);
	}
	return text;
}

let nrChanged = 0;
const patches = {
	name: "patches",
	setup(of) {
		of.onLoad({ filter: /\/p2p-media-loader-core\.es\.js$|\/p2p-media-loader-hlsjs\/lib\/segment-manager\.js$/ },
			({ path }) => {
				nrChanged++;
				return { contents: change(path), loader: "js" };
			});
	},
};

/* A bundle that a package has made says in its map what is in it. */
function contents(path) {
	if (!path.endsWith("p2p-media-loader-core.es.js"))
		return [path];
	return [path, ...JSON.parse(readFileSync(`${path}.map`, "utf8")).sources];
}

/* The packages of which something is in the bundles. */
function packages(inputs) {
	const found = new Set();

	for (const path of inputs.flatMap(contents)) {
		const match = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path);

		if (match)
			found.add(match[1]);
	}
	return [...found].sort();
}

function licence(name) {
	const folder = join(modules, name);

	if (!existsSync(folder))
		return `== ${name}: a part of p2p-media-loader-core's own bundle`;
	const { version, license, repository } =
		JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
	const files = readdirSync(folder).filter(file =>
		/^(licen[cs]e|notice)/i.test(file));
	const texts = files.map(file => readFileSync(join(folder, file), "utf8"));

	return `== ${name} ${version}: ${license}\n` +
		`Sources: ${repository.url || repository}\n\n${texts.join("\n")}`;
}

function source(name) {
	const { packages: locked } = JSON.parse(readFileSync(
		join(sources, "package-lock.json"), "utf8"));
	const found = locked[`node_modules/${name}`];

	return `${name} ${found ? `${found.version} ${found.integrity}` :
		"in p2p-media-loader-core's own bundle"}`;
}

function checksum(file) {
	const digest = createHash("sha256").update(readFileSync(join(out, file)));

	return `${digest.digest("hex")}  ${file}`;
}

const result = await build({
	entryPoints: ["player.js", "p2p.js"].map(name => join(sources, name)),
	external: ["./p2p.js"],
	conditions: ["p2pml:core-as-bundle"],
	plugins: [patches],
	outdir: out,
	bundle: true,
	minify: true,
	format: "esm",
	target: "es2020",
	nodePaths: [modules],
	banner: { js: notice },
	legalComments: "none",
	metafile: true,
	logLevel: "warning",
});

if (nrChanged !== Object.keys(changes).length)
	throw new Error("p2p-media-loader was not changed");
mkdirSync(out, { recursive: true });
const names = packages(Object.keys(result.metafile.inputs));

writeFileSync(join(out, "player-licences.txt"),
	names.map(licence).join("\n\n"));
writeFileSync(join(out, "player-sources.txt"),
	["Made by player/build from player/*.js and these packages of npm, of which",
		"p2p-media-loader is changed as player/build.mjs says:", "",
		...names.map(source), "", ...["player.js", "p2p.js"].map(checksum), ""]
		.join("\n"));
