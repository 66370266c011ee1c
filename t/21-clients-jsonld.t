#!/usr/bin/perl
# SPDX-License-Identifier: AGPL-3.0-or-later
# jsonld.js, with which PeerTube and Misskey sign, and lib/jsonld.c: the same
# canonical N-Quads of documents made to be hard and of all samples.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use File::Find qw(find);
use File::Temp qw(tempdir);
use JSON::PP;
use Test::More;

use Cardume;
use Cardume::Npm;

my ($modules, $why) = Cardume::Npm::modules();
plan skip_all => "npm cannot get jsonld.js: $why" unless $modules;
my $folder = tempdir(CLEANUP => 1);
my $json = JSON::PP->new->utf8->canonical;
my $as = 'https://www.w3.org/ns/activitystreams';
my %terms = (ex => 'http://ex.org/', q => 'ex:q', gone => undef,
	p => { '@id' => 'ex:p', '@type' => '@id' },
	v => { '@id' => 'ex:v', '@type' => '@vocab' },
	l => { '@id' => 'ex:l', '@container' => '@list' },
	lid => { '@id' => 'ex:lid', '@type' => '@id', '@container' => '@list' },
	s => { '@id' => 'ex:s', '@container' => ['@set'] },
	d => { '@id' => 'ex:d', '@type' => 'xsd:double' },
	f => { '@id' => 'ex:f', '@type' => 'xsd:float' },
	en => { '@id' => 'ex:en', '@language' => 'EN' },
	no => { '@id' => 'ex:no', '@language' => undef });

# Members of an object, as JSON, in the context above.
my @members = (
	'"q":[1,1.0,1.5,1e21,1e22,123456789012345678,9007199254740993,0.1,100,
		true,false,null,"x",12345.678,1.7976931348623157e308,-3,-2.5]',
	'"d":[1,1.5,-1,1e21,100]', '"f":[1,1.5,1e30]', '"l":[]', '"l":"one"',
	'"l":["a","a","b",[],["c",["d"]],null]', '"l":{"@list":["x"]}',
	'"lid":["https://x","_:b",{"id":"https://y","name":"n"},{}]',
	'"q":{"@list":["a",{"@list":[1]}]}', '"s":["a",["b",["c"]]]',
	'"q":{"@set":["a",{"@value":"b"}]}', '"s":null,"gone":"x"',
	'"q":[{"@value":"a","@language":"EN-us"},{"@value":null},
		{"@value":"b","@type":"ex:t"},{"@value":5},
		{"@value":true,"@type":"xsd:string"}]',
	'"en":"hi","no":"none","q":"plain"',
	'"nameMap":{"EN":"e","@none":"u","de":["a",null,"b"]}',
	'"contentMap":"no map","nameMap":[{"@value":"x"}]',
	'"v":["Note","foo","ex:bar","https://x/y","Person"]',
	'"p":["rel","ex:abs","_:x","https://x","as:Public","foo:bar","a b:c"]',
	'"type":["Note","Unknown","ex:T","http://t"]',
	'"type":"rel","@type":"Note"',
	'"unknown":"x","ex:z":"y","as:name":"n","http://a/p":"v","un:k":"w"',
	'"unknown":{"id":"https://nested","name":"kept"}',
	'"p":[{},{},{}]', '"p":[{"q":"1"},{"q":"1"},{"q":"2"}]',
	'"q":"quote \" back \\\\ nl \n cr \r tab \t \b \u007f \u2028 \ud83e\udd80"',
	'"p":{"@context":{"q":"http://o/q"},"id":"https://in","q":"other"}',
	'"p":{"@context":null,"@id":"https://in","http://z/q":"x","q":"no"}',
	'"p":{"id":"relative","name":"x","p":{"id":"https://sub","q":"y"}}',
	'"@id":"https://twice"', '"published":"2020","duration":"PT1S"');
# Contexts behind ActivityStreams'.
my @contexts = ('{"q":"b:x","b":"c:y","c":"http://c/"}',
	'{"q":"b:x","b":"q:y"}', '{"q":"q"}', '{"@vocab":"http://v/"}',
	'{"@vocab":null,"q":"as:q"}', 'null', '{"@language":"PT"}',
	'{"q":{"@id":"http://p#","@prefix":true},"r":"q:x"}',
	'{"@version":1.1,"q":{"@id":"@type"}}', '{"as:name":"as:name"}',
	'{"ex:q":{"@type":"@id"},"ex":"http://e/"}',
	'"https://w3id.org/security/v1"', '"https://w3id.org/identity/v1"');
my @documents = (
	(map { '{"@context":["' . $as . '",' . $json->encode(\%terms) .
		'],"id":"https://a.example/1",' . "$_}" } @members),
	(map { '{"@context":["' . $as . '",' . $_ . '],"id":"https://a",' .
		'"q":"Note","type":"Person","r":1,"name":"n","as:name":"m",' .
		'"ex:q":"https://z","q:y":"w"}' } @contexts));

# Blank nodes that are hard to tell apart: edges "a b", some with a text.
sub graph {
	my ($edges, %texts) = @_;
	my %nodes;
	for (@$edges) {
		push @{$nodes{$_->[0]}}, { '@id' => "_:n$_->[1]" };
		$nodes{$_->[1]} //= [];
	}
	push @documents, $json->encode([ map { {
		'@id' => "_:n$_", 'http://p' => $nodes{$_},
		exists $texts{$_} ? ('http://q' => $texts{$_}) : (),
	} } sort { $a <=> $b } keys %nodes ]);
}
sub ring { my ($nr, $from) = @_;
	return map { [ $from + $_, $from + ($_ + 1) % $nr ] } 0 .. $nr - 1 }
my @petersen = (ring(5, 0), (map { [ $_, $_ + 5 ] } 0 .. 4),
	map { [ 5 + $_, 5 + ($_ + 2) % 5 ] } 0 .. 4);
graph($_) for [ ring(3, 0) ], [ ring(6, 0) ], [ ring(3, 0), ring(3, 10) ],
	[ ring(4, 0), ring(5, 10) ], [ [ 0, 0 ], [ 1, 1 ] ], \@petersen,
	[ @petersen, map { [ reverse @$_ ] } @petersen ],
	[ map { my $a = $_; map { [ $a, $_ ] } grep { $_ != $a } 0 .. 3 } 0 .. 3 ];
my $random = 7;
sub random { $random = ($random * 1103515245 + 12345) % 2147483648;
	return ($random >> 8) % $_[0] }
for (1 .. 60) {
	my $nr = 2 + random(8);
	graph([ map { [ random($nr), random($nr) ] } 0 .. random(14) ],
		map { $_ => random(2) ? 'a' : 'b' } grep { !random(3) } 0 .. $nr);
}

my @files;
for my $document (@documents) {
	push @files, sprintf '%s/%03d.json', $folder, scalar @files;
	open my $out, '>', $files[-1] or die $!;
	print $out $document;
	close $out;
}
my $samples = shared_data('federation-samples');
find(sub { push @files, $File::Find::name if /\.json$/ && -s $_ < 200_000 },
	$samples) if $samples;

my ($status, $theirs) = Cardume::run_command('timeout', 300, 'node',
	"$Cardume::top/t/clients/canonize.mjs", $modules,
	"$Cardume::top/lib/contexts", sort @files);
is($status, 0, 'jsonld.js has run') or diag($theirs);
$theirs = eval { $json->decode($theirs) } // {};

# By file: the text, or undef where it was refused.
sub ours {
	my (@options) = @_;
	my (%texts, $file);
	open my $pipe, '-|:encoding(UTF-8)',
		"$Cardume::build/t/unit/spec_jsonld", @options, sort @files
		or die $!;
	while (<$pipe>) {
		if (/^= (.*)/) {
			$texts{$file = $1} = '';
		} elsif (/^!/) {
			$texts{$file} = undef;
		} else {
			$texts{$file} .= $_;
		}
	}
	return \%texts;
}

my $ours = ours();
my $strict = ours('--strict');
my ($nr_same, @refused) = (0);
for my $file (sort @files) {
	my $name = $file =~ s{.*/(?=[^/]+/)}{}r;
	my $their = $theirs->{$file} // { error => 'nothing' };
	if (defined $their->{error}) {
		ok(!defined $ours->{$file}, "$name: refused by both");
	} elsif (!defined $ours->{$file}) {
		push @refused, $name;
	} else {
		$nr_same++ if is($ours->{$file}, $their->{text}, $name);
		ok($their->{isSafe} || !defined $strict->{$file},
			"$name: strict is safe");
	}
}
cmp_ok($nr_same, '>=', @documents - 3 + ($samples ? 400 : 0),
	"$nr_same documents are told alike");
is("@refused", '', 'what we do not know is in none of them');
done_testing();
