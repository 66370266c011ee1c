// SPDX-License-Identifier: AGPL-3.0-or-later
// Canonical N-Quads of JSON-LD files by jsonld.js, as one JSON object: by file
// {"text": ..., "error": ..., "isSafe": ...}. Contexts are those of a folder.
// usage: node canonize.mjs NODE_MODULES CONTEXTS FILE...
import fs from 'node:fs';
import { createRequire } from 'node:module';

const [modules, contexts, ...files] = process.argv.slice(2);
const jsonld = createRequire(modules + '/')('jsonld');
const names = {
	'www.w3.org/ns/activitystreams': 'activitystreams',
	'w3id.org/security/v1': 'security-v1',
	'w3id.org/identity/v1': 'identity-v1',
};

async function documentLoader(url) {
	const name = names[url.replace(/^https?:\/\//, '')];
	if (!name)
		throw new Error('unknown context ' + url);
	const text = fs.readFileSync(`${contexts}/${name}.json`, 'utf8');
	return { documentUrl: url, document: JSON.parse(text) };
}

function canonize(document, safe) {
	return jsonld.canonize(structuredClone(document), {
		algorithm: 'URDNA2015', format: 'application/n-quads',
		documentLoader, safe, maxWorkFactor: Infinity });
}

const results = {};
for (const file of files) {
	try {
		const document = JSON.parse(fs.readFileSync(file, 'utf8'));
		results[file] = { text: await canonize(document, false) };
		results[file].isSafe =
			await canonize(document, true).then(() => true, () => false);
	} catch (error) {
		results[file] = { error: String(error.message) };
	}
}
console.log(JSON.stringify(results));
