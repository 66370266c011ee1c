#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# A browser's opinion of what lib/html.c makes of hostile HTML and of sample
# documents: it finds the listed elements and attributes alone, in the tree
# that we think of, and runs nothing.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use Encode qw(decode encode);
use JSON::PP;
use Test::More;
use Cardume::Browser;
use Cardume::Html;

plan skip_all => 'chromium is not here' unless Cardume::Browser::program();

my $json = JSON::PP->new->ascii->allow_nonref;
my $browser = Cardume::Browser->start;
$browser->evaluate(<<'JS');
globalThis.ran = [];
for (const name of ['alert', 'confirm', 'prompt'])
	globalThis[name] = text => { ran.push(name + ' ' + text); };
const listed = new Set(['P', 'BR', 'A', 'STRONG', 'EM', 'DEL', 'CODE', 'PRE',
	'BLOCKQUOTE', 'UL', 'OL', 'LI', 'SPAN']);
globalThis.faults_of = root => [...root.querySelectorAll('*')].flatMap(e => {
	const given = e.getAttributeNames().sort().join();
	const faults = [];
	if (!listed.has(e.tagName)
			|| e.namespaceURI !== 'http://www.w3.org/1999/xhtml')
		faults.push('element ' + e.tagName);
	if (given !== (e.tagName === 'A' ? 'href,rel,target' : ''))
		faults.push(e.tagName + ' with ' + given);
	if (e.tagName === 'A' && (!/^https?:$/.test(e.protocol) || e.username
			|| e.rel !== 'nofollow noopener noreferrer ugc'
			|| e.target !== '_blank'))
		faults.push(e.outerHTML);
	return faults;
});
globalThis.fragment = html => {
	const div = document.createElement('div');
	document.body.append(div);
	div.innerHTML = html;
	return div;
};
const escapes = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;',
	"'": '&#39;' };
const escaped = text => text.replace(/[&<>"']/g, c => escapes[c]);
globalThis.written = node => [...node.childNodes].map(n => {
	if (n.nodeType === 3)
		return escaped(n.data);
	const name = n.localName;
	const link = name !== 'a' ? '' : ` href="${escaped(n.getAttribute(
		'href'))}" rel="${n.rel}" target="${n.target}"`;
	return `<${name}${link}>` + (name === 'br' ? '' :
		`${written(n)}</${name}>`);
}).join('');
JS

sub asked {
	my ($function, @html) = @_;
	my $list = $json->encode([map { decode('UTF-8', $_) } @html]);
	return @{ $browser->evaluate("$list.map($function)") };
}

# The net that is cast holds: the browser finds faults in what is not ours.
my ($faults) = asked('html => faults_of(fragment(html)).length',
	'<p onclick=x><img src=x><a href="//a">x</a><svg><a/></svg></p>');
is($faults, 7, 'faults are found in hostile HTML');

my @html = ((map { $_->[0] } html_cases()), html_samples());
my @safe = html_sanitise(@html);
my @in_div = asked('html => faults_of(fragment(html)).join("\n")', @safe);
my @in_page = asked('html => faults_of(new DOMParser().parseFromString(
	"<!DOCTYPE html><body>" + html, "text/html").body).join("\n")', @safe);
my @trees = map { encode('UTF-8', $_) }
	asked('html => written(fragment(html))', @safe);
my (@faulty, @other);
for my $i (0 .. $#safe) {
	push @faulty, "$safe[$i]: $in_div[$i]$in_page[$i]"
		if $in_div[$i] || $in_page[$i];
	# A browser drops the end of a line that begins a <pre>.
	my $expected = $safe[$i] =~ s/<pre>\n/<pre>/gr;
	push @other, "$expected: $trees[$i]" if $trees[$i] ne $expected;
}
is(scalar @safe, scalar @html, scalar(@safe) . ' documents');
is_deeply(\@faulty, [], 'nothing but listed elements and attributes');
is_deeply(\@other, [], 'the tree is the one that we wrote');
is_deeply($browser->evaluate('ran'), [], 'nothing ran');
done_testing();
