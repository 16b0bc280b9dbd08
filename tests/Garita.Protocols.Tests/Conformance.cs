using Xunit;

namespace Garita.Protocols.Tests;

/// <summary>Where the conformance data lies: beside the repository, never in it.</summary>
internal static class Conformance
{
    /// <summary>The path of a data file; the test is skipped when it is absent.</summary>
    internal static string PathOf(string relative)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "Garita.slnx")))
            root = root.Parent;

        var path = root is null ? relative : Path.Combine(root.FullName, "..", "shared", "conformance", relative);
        if (!File.Exists(path))
            Assert.Skip("skipped: no conformance data");
        return path;
    }
}
