# SPDX-License-Identifier: AGPL-3.0-or-later
# Somebody who watches a film, in a browser of their own.
#
#	my $one = viewer($cardume, "/w/$uuid");		# shares it with others
#	my $two = viewer($cardume, "/w/$uuid", choice => 'no');
#	video($one, '(v.currentTime = 40, 0)');		# JavaScript; v is the film
#	eventually($one, 'v.currentTime > 41', 'further on');	# a test
package Cardume::Viewer;
use strict;
use warnings;
use Exporter qw(import);
use Test::More ();

use Cardume;
use Cardume::Browser;

our @EXPORT = qw(viewer video eventually);

# Presses play at once, without sound. before: is given the browser before it
# goes to the page.
sub viewer {
	my ($instance, $path, %o) = @_;
	my $browser = Cardume::Browser->start;
	$o{before}->($browser) if $o{before};
	$browser->call('Network.setCookie', { name => 'cardume_p2p',
		value => $o{choice} // 'yes', url => $instance->origin });
	$browser->go($instance->origin . $path);
	video($browser, '(v.muted = true, v.play().catch(() => {}), 0)');
	return $browser;
}

sub video {
	my ($browser, $expression) = @_;
	return $browser->evaluate(
		"(v => $expression)(document.querySelector('video'))");
}

# Tells where the film is when it does not become true.
sub eventually {
	my ($browser, $expression, $what, $seconds) = @_;
	local $Test::Builder::Level = $Test::Builder::Level + 1;
	my $came = wait_until { video($browser, $expression) } $seconds // 60;
	Test::More::ok($came, $what) or Test::More::diag(Test::More::explain(
		video($browser, '({ ...v.cardume?.traffic, at: v.currentTime,
		ready: v.readyState, hls: !!v.cardume?.hls,
		error: v.error && v.error.message })')));
}

1;
