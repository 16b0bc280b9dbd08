using Garita.Hardening.Host;

namespace Garita.Hardening.Physical;

internal sealed class BootLoaderPassword : Check
{
    public override string Id => "boot-loader-password";

    public override Measure Measure => Measure.Physical;

    public override string Title => "The boot loader asks for a password before anybody changes what is started";

    public override string Why => "Whoever reaches the console could start the kernel with init=/bin/sh and be root without a password, mail and keys open.";

    public override IReadOnlyList<string> References => ["CIS 1.4.1", "Lynis BOOT-5122", "NIST SP 800-45 §5"];

    public override string Expected => "grub.cfg has superusers and a password_pbkdf2 (systemd-boot: \"editor no\"), and entries that start without it";

    public override string Mend => "put \"set superusers\" and the line of grub-mkpasswd-pbkdf2 into /etc/grub.d/40_custom, add --unrestricted to CLASS in /etc/grub.d/10_linux so that the host still starts by itself, run update-grub";

    private static readonly string[] Files = ["/boot/grub/grub.cfg", "/boot/grub2/grub.cfg"];

    public override Finding Look(View host)
    {
        if (Files.FirstOrDefault(host.Exists) is not { } path)
            return SystemdBoot(host);
        var lines = host.Lines(path)!;
        var superusers = lines.Any(static line => Text.Words(line) is ["set", var value, ..] && value.StartsWith("superusers=", StringComparison.Ordinal) && value.Trim('"', '\'').Length > "superusers=\"".Length);
        var hashed = lines.Any(static line => Text.Words(line) is ["password_pbkdf2", _, var hash, ..] && hash.StartsWith("grub.pbkdf2.", StringComparison.Ordinal));
        if (lines.Any(static line => Text.Words(line) is ["password", ..]))
            return Finding.Fail($"{path} has a password that everybody can read who can read the file");
        if (!superusers || !hashed)
            return Finding.Fail($"{path} has {(superusers ? "superusers, but no password_pbkdf2" : hashed ? "a password, but no superusers who need it" : "neither superusers nor a password")}");
        string[] entries = [.. lines.Where(static line => line.StartsWith("menuentry ", StringComparison.Ordinal))];
        return entries.Length > 0 && !entries.Any(static line => line.Contains("--unrestricted", StringComparison.Ordinal))
            ? Finding.Warning($"{path} asks for a password even to start as usual: after a restart no mail comes in until somebody types it")
            : Finding.Pass($"{path} has superusers with a hashed password");
    }

    private static Finding SystemdBoot(View host)
    {
        foreach (var path in (string[])["/boot/loader/loader.conf", "/boot/efi/loader/loader.conf", "/efi/loader/loader.conf"])
        {
            if (host.Read(path) is not { } text)
                continue;
            var editor = Text.Values(text, ' ').GetValueOrDefault("editor", "yes");
            return editor is "no" or "0" or "off" or "false" ? Finding.Pass($"{path} forbids the editor") : Finding.Fail($"{path} lets everybody change the kernel's command line (editor {editor})");
        }
        return Finding.NotApplicable("no boot loader here");
    }
}
