using System.Text.RegularExpressions;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Tests;

/// <summary>Does to a prepared host what the changes of a repair would do to a real one.</summary>
internal static class RepairedRoot
{
    public static void Apply(this PreparedRoot root, IEnumerable<Change> changes)
    {
        foreach (var change in changes)
            root.Apply(change);
    }

    private static void Apply(this PreparedRoot root, Change change)
    {
        switch (change)
        {
            case PutFile file:
                root.File(file.Path, file.Content, (int)file.Mode);
                break;
            case SetLine line:
                root.File(line.Path, Set(root.Read(line.Path) ?? throw new InvalidOperationException(line.Path), line));
                break;
            case SetMode mode:
                root.File(mode.Path, root.Read(mode.Path) ?? throw new InvalidOperationException(mode.Path), (int)mode.Mode);
                break;
            case RemovePackages packages:
                var status = root.Read("/var/lib/dpkg/status")!.Split("\n\n").Where(entry => !packages.Names.Contains(entry.Split('\n')[0].Replace("Package: ", "", StringComparison.Ordinal), StringComparer.Ordinal));
                root.File("/var/lib/dpkg/status", string.Join("\n\n", status));
                break;
            case SetUnit { Wish: UnitWish.Reload }:
                break;
            case SetUnit { Wish: UnitWish.Enable } unit:
                root.Link("/etc/systemd/system/multi-user.target.wants/" + unit.Unit, "/lib/systemd/system/" + unit.Unit);
                break;
            case RunTool { Program: "sysctl", Arguments: ["-p", var path] }:
                foreach (var (key, value) in Garita.Hardening.Host.Text.Values(root.Read(path)!))
                    root.Kernel(key, value);
                break;
            case RunTool { Program: "sshd", Arguments: ["-t"] } or RunTool { Program: "visudo", Arguments: ["-c"] }:
                break;
            case RunTool { Program: "usermod", Arguments: ["-p", var password, var name] }:
                root.File("/etc/shadow", Regex.Replace(root.Read("/etc/shadow")!, $"^{name}:[^:]*:", $"{name}:{password}:", RegexOptions.Multiline, TimeSpan.FromSeconds(1)));
                break;
            case RunTool { Program: "usermod", Arguments: ["-s", var shell, var name] }:
                root.File("/etc/passwd", Regex.Replace(root.Read("/etc/passwd")!, $"^({name}:.*:)[^:]*$", $"$1{shell}", RegexOptions.Multiline, TimeSpan.FromSeconds(1)));
                break;
            case RunTool { Program: "sed", Arguments: ["-i", "-E", @"/^auth\s.*pam_unix\.so/s/\s+nullok(_secure)?\b//g", var path] }:
                root.File(path, string.Join('\n', root.Read(path)!.Split('\n').Select(static line => Regex.IsMatch(line, @"^auth\s.*pam_unix\.so", RegexOptions.None, TimeSpan.FromSeconds(1)) ? Regex.Replace(line, @"\s+nullok(_secure)?\b", "", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)) : line)));
                break;
            default:
                throw new InvalidOperationException($"this test does not know how to do {change}");
        }
    }

    private static string Set(string text, SetLine change)
    {
        var lines = new List<string>();
        var done = false;
        foreach (var line in text.TrimEnd('\n').Split('\n'))
        {
            if (!Regex.IsMatch(line, change.Pattern, RegexOptions.None, TimeSpan.FromSeconds(1)))
                lines.Add(line);
            else if (!done)
                lines.Add(change.Line);
            else
                continue;
            done |= string.Equals(lines[^1], change.Line, StringComparison.Ordinal);
        }
        if (!done)
            lines.Add(change.Line);
        return string.Join('\n', lines) + "\n";
    }
}
