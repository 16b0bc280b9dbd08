using Garita.Hardening.Host;

namespace Garita.Hardening.Physical;

internal sealed class DiskEncryption : Check
{
    public override string Id => "disk-encryption";

    public override Measure Measure => Measure.Physical;

    public override string Title => "Mail, queues and keys lie on encrypted disks";

    public override string Why => "A disk that is stolen, returned under warranty or copied from a hypervisor is a copy of all mail and of the keys.";

    public override IReadOnlyList<string> References => ["NIST SP 800-45 §5", "CIS 1.1.2"];

    public override string Expected => "a layer of dm-crypt under each folder with mail, queues and keys";

    public override string Mend => "move the folders to a LUKS volume (cryptsetup luksFormat), with its key not on the same disk";

    private static readonly string[] Folders = ["/etc", "/var/spool", "/var/mail", "/var/vmail"];

    public override Finding Look(View host) => host.IsLive ? Running(host) : Written(host);

    private static Finding Running(View host)
    {
        var mounts = host.Lines("/proc/self/mountinfo") ?? throw new CannotLookException("/proc/self/mountinfo is missing");
        var plain = new SortedSet<string>(StringComparer.Ordinal);
        var seen = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var folder in Folders.Append(host.DataFolder).Where(host.Exists))
        {
            // The longest mount point wins; of several at one place the last is on top.
            var mount = mounts.Select(Text.Words).Where(words => words.Length > 9 && IsUnder(folder, words[4])).Aggregate((string[]?)null, static (best, words) => best is null || words[4].Length >= best[4].Length ? words : best)
                ?? throw new CannotLookException($"nothing is mounted that holds {folder}");
            var device = mount[Array.IndexOf(mount, "-") + 2];
            var name = device.StartsWith("/dev/", StringComparison.Ordinal) ? Name(host, device) : mount[2];
            if (!host.Exists($"/sys/class/block/{name}"))
            {
                name = (host.List("/sys/dev/block") ?? []).Contains(mount[2], StringComparer.Ordinal) ? mount[2] : throw new CannotLookException($"{folder} lies on {device}, whose disks are not seen from here");
                name = host.LinkTarget($"/sys/dev/block/{name}") is { } link ? link[(link.LastIndexOf('/') + 1)..] : name;
            }
            seen.Add(folder);
            if (!IsEncrypted(host, name, 0))
                plain.Add($"{folder} on {device}");
        }
        return seen.Count == 0 ? throw new CannotLookException("none of the folders is here") : plain.Count == 0 ? Finding.Pass($"encrypted: {string.Join(", ", seen)}") : Finding.Fail($"not encrypted: {string.Join(", ", plain)}");
    }

    /// <summary>/dev/mapper has links to ../dm-0; other devices are called by their name.</summary>
    private static string Name(View host, string device)
    {
        var target = host.LinkTarget(device) ?? device;
        return target[(target.LastIndexOf('/') + 1)..];
    }

    /// <summary>A crypt target somewhere under it, on all of its disks.</summary>
    private static bool IsEncrypted(View host, string name, int depth)
    {
        if (host.Read($"/sys/class/block/{name}/dm/uuid")?.StartsWith("CRYPT-", StringComparison.Ordinal) == true)
            return true;
        return depth < 8 && host.List($"/sys/class/block/{name}/slaves") is { Count: > 0 } slaves && slaves.All(slave => IsEncrypted(host, slave, depth + 1));
    }

    /// <summary>crypttab(5) tells that there is none; which volume lies on which disk is known to the running system.</summary>
    private static Finding Written(View host)
    {
        var volumes = (host.Lines("/etc/crypttab") ?? []).Select(Text.Words).Where(static words => words.Length >= 2 && !(words.Length > 2 && words[2] is "/dev/urandom" or "/dev/random"))
            .Select(static words => "/dev/mapper/" + words[0]).ToHashSet(StringComparer.Ordinal);
        var mounts = (host.Lines("/etc/fstab") ?? throw new CannotLookException("no fstab here")).Select(Text.Words).Where(static words => words.Length >= 2 && words[1].StartsWith('/')).ToArray();
        if (volumes.Count == 0)
            return Finding.Fail("/etc/crypttab names no encrypted disk");
        foreach (var folder in Folders.Append(host.DataFolder).Where(host.Exists))
        {
            var device = mounts.Where(words => IsUnder(folder, words[1])).MaxBy(static words => words[1].Length)?[0];
            if (device is null || !volumes.Contains(device))
                throw new CannotLookException($"whether {device ?? "what"} under {folder} is encrypted is seen on the running system only");
        }
        return Finding.Pass($"crypttab and fstab: {string.Join(", ", volumes.Order(StringComparer.Ordinal))}");
    }

    private static bool IsUnder(string folder, string mount) => mount is "/" || string.Equals(folder, mount, StringComparison.Ordinal) || folder.StartsWith(mount + '/', StringComparison.Ordinal);
}
