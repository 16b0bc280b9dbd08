using Xunit;

namespace Garita.Hardening.Tests;

/// <summary>An image may hold anything: a file that ends anywhere gives some result, or none, but no crash.</summary>
public sealed class CutFileTests
{
    public static TheoryData<string> Ids => [.. CheckCases.All.Select(static known => known.Check.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void Stands_files_that_end_anywhere(string id)
    {
        var known = CheckCases.Of(id);
        foreach (var prepare in (Action<PreparedRoot>[])[known.Good, known.Bad])
        {
            var whole = new PreparedRoot();
            prepare(whole);
            foreach (var (path, file) in whole.Files.Where(static file => !file.Value.Facts.IsFolder).ToArray())
            {
                for (var length = 0; length < file.Text.Length; length++)
                {
                    Look(known, prepare, path, file.Text[..length]);
                    Look(known, prepare, path, file.Text[length..]);
                }
            }
        }
    }

    private static void Look(CheckCase known, Action<PreparedRoot> prepare, string path, string text)
    {
        var root = new PreparedRoot();
        prepare(root);
        var facts = root.Files[path].Facts;
        root.File(path, text, (int)facts.Mode, facts.User, facts.Group);
        try
        {
            if (known.Check.Look(CheckCases.Seen(root, known.Check.Roles)).Outcome is Outcome.Fail or Outcome.Warning)
                _ = known.Check.Repair(CheckCases.Seen(root, known.Check.Roles));
        }
        catch (CannotLookException)
        {
            // Nobody knows, which is a result.
        }
    }
}
