#!/usr/bin/perl
# The plan of src/ against its files: perl test/rooms.pl [ROOT]
# Rooms and their order are the Makefile's list ROOMS; a room's doors, the headers
# that other rooms may include, are the third column of the table in src/README.md.
# Prints what breaks a rule; the last line is "N passed, N failed".
use strict;
use warnings;
use File::Find;

my $root = shift // '.';
chdir $root or die "$root: $!";
my (%rank, %doors, %text, %problems);

sub slurp { my ($f) = @_; local $/; open(my $h, '<:utf8', $f) or die "$f: $!"; return <$h> // ''; }
sub room { my ($f) = @_; $f =~ m{^src/(.*)/[^/]+$} ? $1 : ''; }
sub problem { my ($rule, @what) = @_; push @{ $problems{$rule} }, @what; }

# columns that a line takes, with tabs of four
sub width {
    my ($line) = @_;
    1 while $line =~ s/^([^\t]*)\t/$1 . ' ' x (4 - length($1) % 4)/e;
    return length $line;
}

my $rooms = `make -s --no-print-directory --eval 'print-rooms: ; \@echo \$(ROOMS)' print-rooms`;
my $number = 0;
$rank{$_} = ++$number for split ' ', $rooms;
die "no ROOMS in the Makefile" unless $number;
$rank{''} = ++$number;    # module.c, the porch

find({ no_chdir => 1, wanted => sub { $text{$_} = slurp($_) if /\.(?:c|h|sql|table)$/ && !/\.table\.h$/ && !m{^src/upgrade/} } }, 'src');
my $map = slurp('src/README.md');
while ($map =~ /^\| `([a-z\/_]+)\/` \|[^|]*\|([^|]*)\|/mg) {
    my ($r, $d) = ($1, $2);
    $doors{$r}{$_} = 1 for $d =~ /`([a-z0-9_.]+\.h)`/g;
}

my %rules = (
    room => 'every file stands in a room of the Makefile\'s list, and the map tells of every room',
    upward => 'a room includes what stands above it only',
    door => 'from outside a room only its doors are included, and every door of the map is used',
    engine => 'engines of core/ see nothing of the server',
    twice => 'a type, an include guard and an extern function have one definition',
    symbol => 'every C symbol that SQL names can be found in C',
    dead => 'every symbol of a C file is named more than once: what is made is used',
    width => 'no line of C is wider than 100 columns, none of SQL wider than 120',
    length => 'no function is longer than 60 lines, no file longer than 500',
);

my (%used, %guard, %type);
for my $f (sort keys %text) {
    my $r = room($f);
    problem('room', "$f: src/$r/ is not in ROOMS") unless exists $rank{$r};
    my @lines = split /\n/, $text{$f};
    problem('length', sprintf('%s: %d lines', $f, scalar @lines)) if @lines > 500 && $f !~ /\.table$/;
    my $most = $f =~ /\.(?:sql|table)$/ ? 120 : 100;
    for my $i (0 .. $#lines) {
        my $w = width($lines[$i]);
        problem('width', sprintf('%s:%d: %d columns', $f, $i + 1, $w)) if $w > $most;
    }
    next if $f =~ /\.(?:sql|table)$/;
    for my $h ($text{$f} =~ /^#include "([^"]+)"/mg) {
        my $engine = $r eq 'core/engine';
        # of a table, which make puts beside it
        if (!exists $text{"src/$h"} && !exists $text{ "src/$h" =~ s/\.h$//r }) {
            problem('engine', "$f includes $h") if $engine;
            next;
        }
        my $other = room("src/$h");
        problem('engine', "$f includes $h") if $engine && $other ne $r;
        next if $other eq $r;
        $used{$h} = 1;
        problem('upward', "$f includes $h") if ($rank{$other} // 0) > ($rank{$r} // 0);
        (my $name = $h) =~ s{.*/}{};
        problem('door', "$f includes $h") unless $doors{$other}{$name};
    }
    problem('engine', "$f includes <postgres.h>") if $r eq 'core/engine' && $text{$f} =~ /^#include <postgres\.h>/m;
    if ($text{$f} =~ /^#ifndef (MLOPS_\w+)\s*\n#define \1/m) { push @{ $guard{$1} }, $f; }
    my %here = map { $_ => 1 } $text{$f} =~ /^\}\s*(Mlops\w+);/mg, $text{$f} =~ /^typedef (?!struct \w+ \w+;)[^(;{]*\b(Mlops\w+);/mg;
    push @{ $type{$_} }, $f for keys %here;
    # a function's body is from a { in the first column to the } in the first column
    my ($start, $name);
    for my $i (0 .. $#lines) {
        $name = $1 if $lines[$i] =~ /^(\w+)\(/;
        $start = $i if $lines[$i] eq '{';
        if ($lines[$i] eq '}' && defined $start) {
            my $n = $i - $start + 1;
            problem('length', sprintf('%s: %s has %d lines', $f, $name // '?', $n)) if $n > 60;
            undef $start;
        }
    }
}
for my $r (sort keys %rank) {
    problem('room', "src/README.md: no line for src/$r/") if $r ne '' && !exists $doors{$r} && $map !~ /^\| `\Q$r\E\/` \|/m;
}
for my $r (sort keys %doors) {
    problem('room', "src/README.md: $r/ is not in ROOMS") unless exists $rank{$r};
    for my $d (sort keys %{ $doors{$r} }) {
        problem('door', "src/README.md: nobody outside includes $r/$d") unless $used{"$r/$d"};
    }
}
for my $g (sort keys %guard) { problem('twice', "$g: @{ $guard{$g} }") if @{ $guard{$g} } > 1; }
for my $t (sort keys %type) { problem('twice', "$t: @{ $type{$t} }") if @{ $type{$t} } > 1; }

# what a table lists, macros of C make functions of
my $c = join "\n", (map { $text{$_} } grep { /\.[ch]$/ } keys %text),
    map { $text{$_} =~ /^    list .*\n(?: {8,}.*\n)*/mg } grep { /\.table$/ } keys %text;
my %word = map { $_ => 1 } $c =~ /\b(mlops_\w+)\b/g;
my %symbol;
for my $f (sort grep { /\.(?:sql|table)$/ } keys %text) {
    my $pattern = $f =~ /\.sql$/ ? qr/'MODULE_PATHNAME',\s*'(\w+)'/ : qr/\b(mlops_(?!internal\b)\w+)/;
    $symbol{$1} //= $f while $text{$f} =~ /$pattern/g;
}
for my $s (sort keys %symbol) { problem('symbol', "$symbol{$s}: $s") unless $word{$s}; }

my (%times, %place);
for my $f (sort keys %text) {
    while ($text{$f} =~ /\b(mlops_\w+)\b/g) { $times{$1}++; $place{$1} = $f; }
}
for my $s (sort keys %times) { problem('dead', "$place{$s}: $s") if $times{$s} == 1 && $place{$s} =~ /\.c$/; }

my ($passed, $failed) = (0, 0);
for my $rule (sort keys %rules) {
    my $what = $problems{$rule} // [];
    print $_, "\n" for @$what;
    printf "%sok %s%s\n", @$what ? 'not ' : '', $rules{$rule}, @$what ? ' (' . scalar(@$what) . ')' : '';
    @$what ? $failed++ : $passed++;
}
print "$passed passed, $failed failed\n";
exit($failed ? 1 : 0);
