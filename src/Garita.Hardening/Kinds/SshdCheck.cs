using System.Globalization;
using Garita.Hardening.Accounts;
using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Kinds;

/// <summary>A setting of the SSH server, for everybody and in each Match block.</summary>
internal abstract class SshdCheck : Check
{
    private const string DropIns = "/etc/ssh/sshd_config.d";

    public override Measure Measure => Measure.Accounts;

    public override string Mend => $"{string.Join(" and ", FurtherLines.Prepend(Line).Select(static line => $"`{line}`"))} in {DropIns}/10-garita-{Id}.conf (and not otherwise in a Match block), then `sshd -t && systemctl reload ssh`";

    /// <summary>The keyword.</summary>
    protected abstract string Keyword { get; }

    /// <summary>The value that a repair sets.</summary>
    protected abstract string Wanted { get; }

    /// <summary>What a repair sets besides.</summary>
    protected virtual IReadOnlyList<string> FurtherLines => [];

    /// <summary>How much a repair may break.</summary>
    protected virtual Risk Risk => Risk.Medium;

    /// <summary>What a repair may break.</summary>
    protected abstract string WhatMayBreak { get; }

    private string Line => $"{Keyword} {Wanted}";

    /// <summary>Whether a value will do.</summary>
    protected abstract bool IsGood(string value);

    public override Finding Look(View host)
    {
        if (SshServer.Read(host) is not { } server)
            return Finding.NotApplicable("no SSH server here");
        var found = $"{Keyword} {server.Value(Keyword)}";
        var bad = server.Overrides(Keyword).Where(known => !IsGood(known.Value)).Select(known => $"{Keyword} {known.Value} in Match {known.Match}").ToArray();
        if (bad.Length > 0)
            return Finding.Fail($"{found}, but {string.Join(", ", bad)}");
        return IsGood(server.Value(Keyword)) ? Finding.Pass(found) : Finding.Fail(found);
    }

    /// <summary>A drop-in, where it would be read before anything that says otherwise; the first value wins.</summary>
    public override Repair? Repair(View host)
    {
        if (!MayRepair(host))
            return null;
        var path = $"{DropIns}/10-garita-{Id}.conf";
        var text = $"# {Title}.\n{Line}\n" + string.Concat(FurtherLines.Select(static line => line + "\n"));
        // As it would be with that file: what stands before it, or in a Match block, a person has to take away.
        var server = SshServer.ReadFiles(
            file => string.Equals(file, path, StringComparison.Ordinal) ? text : host.Read(file),
            folder => string.Equals(folder, DropIns, StringComparison.Ordinal) ? [.. (host.List(folder) ?? []).Append(Path.GetFileName(path)).Distinct(StringComparer.Ordinal)] : host.List(folder));
        if (server is null || !IsGood(server.Value(Keyword)) || server.Overrides(Keyword).Any(known => !IsGood(known.Value)))
            return null;
        var unit = host.Unit("ssh.service") is UnitState.Absent && host.Unit("sshd.service") is not UnitState.Absent ? "sshd.service" : "ssh.service";
        return new Repair(Risk, WhatMayBreak, new PutFile(path, text, UnixFileMode.UserRead | UnixFileMode.UserWrite), new RunTool("sshd", "-t"), new SetUnit(unit, UnitWish.Reload)) { Touches = Touches.Ssh };
    }

    /// <summary>Whether a repair would leave administrators a way in.</summary>
    protected virtual bool MayRepair(View host) => true;

    /// <summary>A number that a value must not exceed; none is 0 where the keyword counts that as without limit.</summary>
    protected static bool AtMost(string value, int most) => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 && number <= most;
}
