using System.CommandLine;
using Garita.Commands;
using Xunit;

namespace Garita.Tests.Commands;

public sealed class RecipientImportTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("garita-import-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>The folder may be the gateway's: what it puts there must not lead root elsewhere.</summary>
    [Fact]
    public async Task A_link_beside_the_list_is_not_followed_and_the_list_keeps_its_mode()
    {
        var (precious, list, settings, from) = (Path.Combine(_folder, "precious"), Path.Combine(_folder, "acme.recipients"), Path.Combine(_folder, "garita.toml"), Path.Combine(_folder, "new"));
        await File.WriteAllTextAsync(precious, "precious", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(list, "a@example.com\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(from, "a@example.com\nb@example.com\n", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(list, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        File.CreateSymbolicLink(list + ".new", precious);
        await File.WriteAllTextAsync(settings, """
            hostname = "mx1.example.com"
            data = "data"
            [[listener]]
            name = "mx"
            protocol = "smtp"
            bind = "127.0.0.1:25"
            tls = "none"
            [[tenant]]
            name = "acme"
            domains = ["example.com"]
            [tenant.backends]
            smtp = ["10.0.0.5:25"]
            tls = "opportunistic"
            [tenant.recipients]
            source = "file"
            file = "acme.recipients"
            """, TestContext.Current.CancellationToken);
        using var output = new StringWriter();
        Assert.Equal(0, await CommandLine.RunAsync(["recipients", "import", "acme", from, "--config", settings], new InvocationConfiguration { Output = output, Error = output }));
        Assert.Equal("precious", await File.ReadAllTextAsync(precious, TestContext.Current.CancellationToken));
        Assert.Equal(["a@example.com", "b@example.com"], await File.ReadAllLinesAsync(list, TestContext.Current.CancellationToken), StringComparer.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode(list));
        Assert.False(File.Exists(list + ".new"));
    }
}
