using Xunit;

namespace Garita.Testing;

/// <summary>Where the conformance data lies: beside the repository, never in it.</summary>
internal static class Conformance
{
    /// <summary>The path of a data file; the test is skipped when it is absent.</summary>
    internal static string PathOf(string relative)
    {
        var path = Find(relative);
        if (!File.Exists(path))
            Assert.Skip("skipped: no conformance data");
        return path;
    }

    /// <summary>Whether there is such a file.</summary>
    internal static bool Exists(string relative) => File.Exists(Find(relative));

    private static string Find(string relative)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "Garita.slnx")))
            root = root.Parent;

        return root is null ? relative : Path.Combine(root.FullName, "..", "shared", "conformance", relative);
    }
}
