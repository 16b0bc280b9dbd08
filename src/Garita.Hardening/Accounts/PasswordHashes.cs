using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Accounts;

internal sealed class PasswordHashes : Check
{
    private static readonly string[] Slow = ["$y$", "$gy$", "$7$", "$2a$", "$2b$", "$2y$", "$6$", "$5$"];
    private static readonly string[] Methods = ["YESCRYPT", "SHA512", "BCRYPT", "GOST_YESCRYPT"];

    public override string Id => "password-hashes";

    public override Measure Measure => Measure.Accounts;

    public override string Title => "Passwords are kept as slow hashes";

    public override string Why => "Old hashes of a stolen shadow file are guessed in minutes, and people use one password for mail and login.";

    public override IReadOnlyList<string> References => ["Lynis AUTH-9229", "CIS 5.4.1.4"];

    public override string Expected => "yescrypt, scrypt, bcrypt, SHA-512 or SHA-256 with salt; ENCRYPT_METHOD yescrypt or SHA512";

    public override string Mend => "ENCRYPT_METHOD YESCRYPT in /etc/login.defs, then new passwords: passwd NAME";

    public override Finding Look(View host)
    {
        var weak = Account.Read(host, withShadow: true).Where(static account => account.Hash?.TrimStart('!') is { Length: > 2 } hash && hash[0] is not '*' && !Slow.Any(prefix => hash.StartsWith(prefix, StringComparison.Ordinal))).Select(static account => account.Name).ToArray();
        if (weak.Length > 0)
            return Finding.Fail($"old hashes: {string.Join(", ", weak)}");
        var method = host.Read("/etc/login.defs") is { } text ? Text.Values(text, ' ').GetValueOrDefault("ENCRYPT_METHOD") ?? "DES" : throw new CannotLookException("there is no /etc/login.defs");
        return Methods.Contains(method, StringComparer.OrdinalIgnoreCase) ? Finding.Pass($"new ones by {method}") : Finding.Fail($"ENCRYPT_METHOD {method} in /etc/login.defs");
    }

    public override Repair? Repair(View host) =>
        host.Read("/etc/login.defs") is { } text && !Methods.Contains(Text.Values(text, ' ').GetValueOrDefault("ENCRYPT_METHOD") ?? "", StringComparer.OrdinalIgnoreCase)
            ? new(Risk.Low, "New passwords only; those with an old hash have to be set anew by their owners.", new SetLine("/etc/login.defs", @"^\s*#?\s*ENCRYPT_METHOD\b", "ENCRYPT_METHOD SHA512"))
            : null;
}
