using Garita.Hardening.Host;

namespace Garita.Hardening.Accounts;

internal sealed class AuthorizedKeys : Check
{
    private const int LeastBits = 2048;

    public override string Id => "authorized-keys";

    public override Measure Measure => Measure.Accounts;

    public override string Title => "Every key that opens an account is known";

    public override string Why => "A key that an intruder left is the quietest way back, and outlives every change of passwords.";

    public override IReadOnlyList<string> References => ["NIST SP 800-45 §9.5", "CIS 5.1.1"];

    public override string Expected => "keys of root and administrators are named in /etc/garita/allowed; accounts of services have none; no DSA, no RSA under 2048 bits; files of their owner alone";

    public override string Mend => "ask each owner; remove the key, or name it by a line `key SHA256:…` in /etc/garita/allowed (ssh-keygen -lf FILE)";

    public override Finding Look(View host)
    {
        var accounts = Account.Read(host);
        var first = Account.FirstPerson(host);
        var administrators = Administrators.Read(host, accounts).Select(static account => account.Name).ToHashSet(StringComparer.Ordinal);
        var allowed = Allowed.Names(host, "key");
        var (bad, unknown, count) = (new List<string>(), new List<string>(), 0);
        foreach (var account in accounts)
        {
            foreach (var file in AuthorizedKey.Files(host, account))
            {
                if (host.Stat(file) is { } facts && ((facts.User != account.Uid && facts.User != 0) || (facts.Mode & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != UnixFileMode.None))
                    bad.Add($"others may write {file} ({facts.Octal}, owner {facts.User})");
            }
            foreach (var key in AuthorizedKey.Read(host, account))
            {
                count++;
                var name = $"{key.Fingerprint} {key.Comment} of {account.Name}";
                if (key.Type is "ssh-dss" || (key.Type is "ssh-rsa" && key.Bits < LeastBits))
                    bad.Add($"{name} is too weak ({key.Type}{(key.Bits > 0 ? $", {key.Bits} bits" : "")})");
                else if (allowed.Contains(key.Fingerprint))
                    continue;
                else if (account.Uid != 0 && account.Uid < first)
                    bad.Add($"{name}, an account of a service");
                else if (account.Uid == 0 || administrators.Contains(account.Name))
                    unknown.Add(name);
            }
        }
        if (bad.Count > 0)
            return Finding.Fail(string.Join("; ", bad.Distinct(StringComparer.Ordinal).Take(20)));
        // Keys that a program hands out when somebody logs in are in no file.
        if (SshServer.Read(host) is { } server && server.Overrides("AuthorizedKeysCommand").Select(static known => known.Value).Prepend(server.Value("AuthorizedKeysCommand")).FirstOrDefault(static value => value is not "" and not "none") is { } command)
            throw new CannotLookException($"keys also come from {command}, which knows them alone");
        return unknown.Count > 0 ? Finding.Warning($"not named in {Allowed.Path}: {string.Join("; ", unknown.Take(20))}") : Finding.Pass($"{count} keys, all known");
    }
}
