using System.Globalization;
using System.Text;

namespace Garita.Hardening.Repairs.Scripts;

/// <summary>
/// A plan as a shell script for hosts where Garita is not: does the same, twice is once, keeps a copy of each file. What can lock administrators out is
/// put back after a minute unless it is confirmed. Every value stands in single quotes or behind <c>#</c> with nothing that ends the line.
/// </summary>
public static class ShellScript
{
    private const string Head = """
        set -eu
        umask 022
        export LC_ALL=C DEBIAN_FRONTEND=noninteractive PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

        # Puts files back from the copies in a folder, and lets services read them.
        way_back() {
          [ -f "$1/made" ] && while IFS= read -r file; do rm -f -- "$file"; done < "$1/made"
          [ -d "$1/files" ] && cp -a -- "$1/files/." /
          [ -f "$1/reload" ] && while IFS= read -r unit; do systemctl try-reload-or-restart -- "$unit" || true; done < "$1/reload"
          return 0
        }
        if [ "${1:-}" = --way-back ]; then
          trap '' HUP
          sleep "$3"
          [ -e "$2/confirmed" ] || way_back "$2"
          exit 0
        fi
        if [ "${1:-}" = --undo ]; then
          way_back "$2/timed"
          way_back "$2/lasting"
          exit 0
        fi
        [ "$(id -u)" = 0 ] || { echo 'be root' >&2; exit 1; }
        base=/var/backups/garita-harden-$(date -u +%Y%m%dT%H%M%SZ)-$$
        backup=$base/lasting
        mkdir -p -m 0700 "$base" "$base/lasting" "$base/timed"
        echo "copies are kept in $base; undo the files with: bash $0 --undo $base"

        # A copy of a file before its first change.
        keep() {
          case $1 in *'
        '*) echo "not a name: $1" >&2; exit 1 ;; esac
          if [ -L "$1" ] && [ "$(stat -c %u -- "$1")" != 0 ]; then echo "$1 is a link that is not root's" >&2; exit 1; fi
          if [ -e "$1" ]; then
            [ -e "$backup/files$1" ] || { mkdir -p -- "$backup/files$(dirname -- "$1")"; cp -a -- "$1" "$backup/files$1"; }
          else
            printf '%s\n' "$1" >> "$backup/made"
          fi
        }
        # put_file PATH MODE CONTENT
        put_file() {
          if [ -f "$1" ] && printf '%s' "$3" | cmp -s - "$1" && [ "$(stat -c %a:%u:%g -- "$1")" = "$2:0:0" ]; then return 0; fi
          keep "$1"
          mkdir -p -- "$(dirname -- "$1")"
          target=$(readlink -f -- "$1")
          printf '%s' "$3" > "$target.garita-new"
          chown 0:0 -- "$target.garita-new"
          chmod "$2" -- "$target.garita-new"
          sync -- "$target.garita-new"
          mv -f -- "$target.garita-new" "$target"
        }
        # set_line PATH PATTERN LINE STOP: nothing is set behind the first line that matches STOP
        set_line() {
          [ -f "$1" ] || { echo "$1 does not exist" >&2; return 1; }
          target=$(readlink -f -- "$1")
          cp -p -- "$target" "$target.garita-new"
          perl -e '
            my ($file, $pattern, $line, $stop, $to) = @ARGV;
            open my $in, "<:raw", $file or die "$file: $!"; my @lines = <$in>; close $in;
            my (@out, $done, $behind);
            for my $one (@lines) {
              (my $bare = $one) =~ s/\r?\n\z//;
              if (!$behind && $stop ne "" && $bare =~ /$stop/) { $behind = 1; push @out, "$line\n" unless $done; $done = 1 }
              if (!$behind && ($bare =~ /$pattern/ || $bare eq $line)) { push @out, "$line\n" unless $done; $done = 1; next }
              push @out, $one;
            }
            unless ($done) { $out[-1] .= "\n" if @out && $out[-1] !~ /\n\z/; push @out, "$line\n" }
            open my $new, ">:raw", $to or die "$to: $!"; print $new @out or die; close $new or die;
          ' "$target" "$2" "$3" "$4" "$target.garita-new"
          if cmp -s "$target" "$target.garita-new"; then rm -f -- "$target.garita-new"; return 0; fi
          keep "$1"
          sync -- "$target.garita-new"
          mv -f -- "$target.garita-new" "$target"
        }
        # set_mode PATH MODE OWNER GROUP
        set_mode() {
          [ -e "$1" ] || { echo "$1 does not exist" >&2; return 1; }
          printf '%s %s\n' "$(stat -c '%a %u:%g' -- "$1")" "$1" >> "$backup/modes"
          [ -z "$3$4" ] || chown "$3${4:+:$4}" -- "$1"
          chmod "$2" -- "$1"
        }
        is_booted() { [ -d /run/systemd/system ]; }
        set_unit() {
          printf '%s %s\n' "$(systemctl is-enabled -- "$1" 2> /dev/null || true)" "$1" >> "$backup/units"
          case $2 in
            enable) systemctl unmask -- "$1"; systemctl enable -- "$1"; ! is_booted || systemctl start -- "$1" ;;
            disable) systemctl disable -- "$1"; ! is_booted || systemctl stop -- "$1" ;;
            mask) ! is_booted || systemctl stop -- "$1"; systemctl mask -- "$1" ;;
          esac
        }
        reload() { printf '%s\n' "$1" >> "$backup/reload"; ! is_booted || systemctl try-reload-or-restart -- "$1"; }
        # verify WHAT: a service that cannot read its settings is not reloaded
        verify() {
          if command -v "$1" > /dev/null; then "$@" > /dev/null || { echo "refused by: $*; the files are put back" >&2; way_back "$backup"; exit 1; }; fi
        }
        """;

    /// <summary>Writes a plan as a script.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="host">The host that it was made for.</param>
    /// <param name="backAfter">After this, what can lock administrators out goes back unless it is confirmed.</param>
    public static string Render(Plan plan, string host, TimeSpan backAfter)
    {
        var script = new StringBuilder("#!/bin/bash\n");
        Comment(script, $"Repairs of {host}, made by garita harden plan. Look before you run it. Doing it twice is doing it once.");
        foreach (var left in plan.LeftOut)
            Comment(script, $"not in here: {left.Id}: {left.Why}");
        script.Append(Head.Replace("\r", "", StringComparison.Ordinal)).Append('\n');
        var seconds = ((int)backAfter.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        var isTimed = false;
        foreach (var repair in plan.Repairs)
        {
            if (repair.IsTimed && !isTimed)
            {
                isTimed = true;
                script.Append('\n');
                Comment(script, $"From here on it is about SSH, firewall or PAM: put back after {seconds} s unless it is confirmed from another login.");
                script.Append("[ -f \"$0\" ] || { echo 'run this from a file, not from a pipe' >&2; exit 1; }\n")
                    .Append("backup=$base/timed\n")
                    .Append(CultureInfo.InvariantCulture, $"setsid --fork bash \"$0\" --way-back \"$backup\" {seconds} < /dev/null > /dev/null 2>&1\n");
            }

            Render(script, repair);
        }

        if (isTimed)
            script.Append(CultureInfo.InvariantCulture, $"echo \"log in anew, and there, within {seconds} s: touch $backup/confirmed\"\n");
        return script.ToString();
    }

    /// <summary>A value that the shell takes as it is.</summary>
    /// <param name="value">The value.</param>
    public static string Quote(string value) => value.Contains('\0', StringComparison.Ordinal)
        ? throw new RepairException("a value holds NUL, which no script can")
        : $"'{value.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static void Render(StringBuilder script, PlannedRepair repair)
    {
        script.Append('\n');
        Comment(script, $"{repair.Id}: {repair.Title}");
        Comment(script, $"found: {repair.Found}");
        Comment(script, $"risk: {repair.Repair.Risk.ToString().ToLowerInvariant()}. {repair.Repair.WhatMayBreak}");
        script.Append("echo ").Append(Quote(repair.Id)).Append('\n');
        foreach (var change in repair.Repair.Changes.Where(static change => change is not SetUnit { Wish: UnitWish.Reload }))
            Render(script, change);
        foreach (var verification in Verification.For(repair.Repair.Changes.SelectMany(PlannedRepair.PathsOf)))
            script.Append("verify ").AppendJoin(' ', verification.Arguments.Prepend(verification.Program).Select(Quote)).Append('\n');
        foreach (var reload in repair.Repair.Changes.OfType<SetUnit>().Where(static unit => unit.Wish == UnitWish.Reload))
            script.Append("reload ").Append(Quote(reload.Unit)).Append('\n');
    }

    private static void Render(StringBuilder script, Change change)
    {
        switch (change)
        {
            case PutFile put:
                Line(script, "put_file", put.Path, Convert.ToString((int)put.Mode, 8), put.Content);
                break;
            case SetLine line:
                Line(script, "set_line", line.Path, line.Pattern, line.Line, LineEdit.StopAt(line.Path) ?? "");
                break;
            case SetMode mode:
                Line(script, "set_mode", mode.Path, Convert.ToString((int)mode.Mode, 8), mode.User ?? "", mode.Group ?? "");
                break;
            case SetUnit unit:
                Line(script, "set_unit", unit.Unit, unit.Wish.ToString().ToLowerInvariant());
                break;
            case InstallPackages install:
                Line(script, "apt-get install -y -q --no-install-recommends --no-remove -o Dpkg::Options::=--force-confold --", [.. install.Names]);
                break;
            case RemovePackages remove:
                script.Append("for package in ").AppendJoin(' ', remove.Names.Select(Quote))
                    .Append("; do\n  if [ \"$(dpkg-query -W -f='${db:Status-Status}' -- \"$package\" 2> /dev/null)\" = installed ]; then apt-get remove -y -q -- \"$package\"; fi\ndone\n");
                break;
            case RunTool tool:
                foreach (var file in tool.Files)
                    Line(script, "keep", file);
                Line(script, tool.Program.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.' or '/') ? tool.Program : Quote(tool.Program), [.. tool.Arguments]);
                break;
            default:
                throw new ArgumentException($"no script for {change}", nameof(change));
        }
    }

    private static void Line(StringBuilder script, string command, params IReadOnlyList<string> values) => script.Append(command).Append(' ').AppendJoin(' ', values.Select(Quote)).Append('\n');

    /// <summary>A comment: what was found on a host may hold anything.</summary>
    internal static void Comment(StringBuilder script, string text, string indent = "") =>
        script.Append(indent).Append("# ").Append(OneLine(text)).Append('\n');

    /// <summary>Without anything that ends a line or is not seen.</summary>
    internal static string OneLine(string text) => string.Concat(text.Select(static letter => char.IsControl(letter) || letter is '\u2028' or '\u2029' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069') ? ' ' : letter)).Trim();
}
