using Garita.Hardening.Host;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Gateway;

internal sealed class GatewaySecretRights : GatewaySettingsCheck
{
    public override string Id => "garita-secret-rights";

    public override Measure Measure => Measure.Accounts;

    public override string Title => "Garita's keys and passwords are read by Garita alone";

    public override string Why => "With the key somebody else is this mail server; with the directory's password he reads the directory.";

    public override IReadOnlyList<string> References => ["NIST SP 800-52r2 §3.2", "CIS 7.1"];

    public override string Expected => "keys and password files: nobody but owner and group reads, the owner alone writes";

    public override string Mend => "chmod 0640 and chgrp garita for what was found; if others could read a key, have a new one made";

    protected override Finding Look(View host, GaritaSettings settings)
    {
        var files = Files(settings);
        if (files.Count == 0)
            return Finding.NotApplicable("the settings name no key and no password file");
        var wrong = new List<string>();
        foreach (var path in files)
        {
            // What systemd hands over as a credential is there while the service runs, and for it alone.
            if (path.StartsWith("/run/credentials/", StringComparison.Ordinal))
                continue;
            var facts = host.Stat(path) ?? throw new CannotLookException(path + " is missing");
            if (FileRights.Open(path, facts) is { } open)
                wrong.Add(open);
        }
        return FileRights.Judge(wrong, string.Join(", ", files));
    }

    public override Repair? Repair(View host)
    {
        if (GaritaSettings.Read(host) is not { } settings)
            return null;
        var changes = Files(settings).Select(path => (Path: path, Facts: host.Stat(path))).Where(static file => file.Facts is { } facts && FileRights.Open(file.Path, facts) is not null)
            .Select(static file => new SetMode(file.Path, FileRights.Closed(file.Facts!))).ToArray();
        return changes.Length == 0 ? null : new Repair(Risk.Medium, "Garita must be owner or in the group of these files, or it cannot read them at its next start; so must other programs that use the same key.", changes);
    }

    private static SortedSet<string> Files(GaritaSettings settings)
    {
        var files = new SortedSet<string>(StringComparer.Ordinal);
        void Add(string key, params ReadOnlySpan<string> place)
        {
            foreach (var (_, table) in settings.Tables(place))
            {
                if (table.Text(key) is { Length: > 0 } path)
                    files.Add(settings.Absolute(path));
            }
        }
        Add("key", "certificate");
        Add("key", "arc");
        Add("secret_file", "alarms");
        Add("password_file", "engines", "rspamd");
        Add("password_file", "tenant", "recipients", "ldap");
        return files;
    }
}
