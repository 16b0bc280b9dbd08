using System.Text.RegularExpressions;
using Garita.Hardening.Repairs;

namespace Garita.Hardening.Tests;

/// <summary>Does to a prepared root what files alone can show of a repair.</summary>
internal static class AppliedChanges
{
    /// <summary>Whether a prepared root can show this change: packages and programs it cannot.</summary>
    public static bool Can(Change change) => change is PutFile or SetLine or SetMode or SetUnit;

    /// <summary>The files that a change writes to.</summary>
    public static IEnumerable<string> Paths(Change change) => change switch
    {
        PutFile put => [put.Path],
        SetLine line => [line.Path],
        SetMode mode => [mode.Path],
        RunTool tool => tool.Files,
        _ => [],
    };

    public static void Apply(PreparedRoot root, Change change)
    {
        switch (change)
        {
            case PutFile put:
                root.File(put.Path, put.Content, (int)put.Mode);
                break;
            case SetLine set:
                ApplyLine(root, set);
                break;
            case SetMode set:
                ApplyMode(root, set);
                break;
            case SetUnit set:
                ApplyUnit(root, set);
                break;
            default:
                throw new InvalidOperationException($"a prepared root cannot show {change}");
        }
    }

    private static void ApplyLine(PreparedRoot root, SetLine set)
    {
        if (!root.Files.TryGetValue(set.Path, out var file))
            throw new InvalidOperationException($"{set.Path} does not exist, so no line of it can be set");
        var lines = file.Text.Split('\n').ToList();
        if (lines[^1].Length == 0)
            lines.RemoveAt(lines.Count - 1);
        var pattern = new Regex(set.Pattern, RegexOptions.None, TimeSpan.FromSeconds(1));
        var first = lines.FindIndex(line => pattern.IsMatch(line));
        if (first < 0)
        {
            lines.Add(set.Line);
        }
        else
        {
            lines[first] = set.Line;
            for (var at = lines.Count - 1; at > first; at--)
            {
                if (pattern.IsMatch(lines[at]))
                    lines.RemoveAt(at);
            }
        }
        root.File(set.Path, string.Join('\n', lines) + "\n", (int)file.Facts.Mode, file.Facts.User, file.Facts.Group);
    }

    private static void ApplyMode(PreparedRoot root, SetMode set)
    {
        var (text, facts) = root.Files[set.Path];
        var user = set.User is null ? facts.User : Id(root, "/etc/passwd", set.User);
        var group = set.Group is null ? facts.Group : Id(root, "/etc/group", set.Group);
        if (facts.IsFolder)
            root.Folder(set.Path, (int)set.Mode, user, group);
        else
            root.File(set.Path, text, (int)set.Mode, user, group);
    }

    private static uint Id(PreparedRoot root, string database, string name)
    {
        var line = root.Files.TryGetValue(database, out var file) ? file.Text.Split('\n').FirstOrDefault(line => line.StartsWith(name + ':', StringComparison.Ordinal)) : null;
        return line is not null ? uint.Parse(line.Split(':')[2], System.Globalization.CultureInfo.InvariantCulture)
            : string.Equals(name, "root", StringComparison.Ordinal) ? 0u : throw new InvalidOperationException($"no {name} in {database} of this root");
    }

    private static void ApplyUnit(PreparedRoot root, SetUnit set)
    {
        var inEtc = "/etc/systemd/system/" + set.Unit;
        switch (set.Wish)
        {
            case UnitWish.Mask:
                root.Link(inEtc, "/dev/null");
                break;
            case UnitWish.Enable:
                root.Link($"/etc/systemd/system/multi-user.target.wants/{set.Unit}", "/lib/systemd/system/" + set.Unit);
                break;
            case UnitWish.Disable:
                foreach (var link in root.Links.Where(link => link.EndsWith(".wants/" + set.Unit, StringComparison.Ordinal)).ToArray())
                    root.Unlink(link);
                break;
            case UnitWish.Reload:
                break;
            default:
                throw new InvalidOperationException($"unknown wish {set.Wish}");
        }
    }
}
