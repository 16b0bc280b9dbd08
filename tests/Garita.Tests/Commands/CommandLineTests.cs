using System.CommandLine;
using Xunit;

namespace Garita.Tests.Commands;

public sealed class CommandLineTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("garita-cli-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("--help", 0, "explain")]
    [InlineData("explain --help", 0, "Examples:")]
    [InlineData("frobnicate", 2, "frobnicate")]
    [InlineData("explain x -n 0", 2, "1 to 1000")]
    [InlineData("check --config /nowhere/garita.toml", 2, "/nowhere/garita.toml:1:1: cannot be read")]
    public async Task Exit_codes(string line, int code, string expected)
    {
        var (exit, text) = await RunAsync(line.Split(' '));
        Assert.True(exit == code, text);
        Assert.Contains(expected, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_accepts_and_refuses_and_verbs_say_that_nothing_runs()
    {
        var file = Path.Combine(_folder, "garita.toml");
        await File.WriteAllTextAsync(file, """
            hostname = "mx.example.com"
            data = "data"
            [[listener]]
            name = "mx"
            bind = "127.0.0.1:2525"
            [[tenant]]
            name = "acme"
            domains = "example.com"
            [tenant.backends]
            smtp = "127.0.0.1:2526"
            """);
        var (ok, text) = await RunAsync("check", "--config", file);
        Assert.True(ok == 0, text);
        Assert.Contains("1 listener(s), 1 tenant(s)", text, StringComparison.Ordinal);

        var (status, message) = await RunAsync("status", "--config", file);
        Assert.Equal(1, status);
        Assert.Contains("the gateway is not running", message, StringComparison.Ordinal);

        await File.AppendAllTextAsync(file, "\n[limitz]\n");
        var (wrong, error) = await RunAsync("check", "--config", file);
        Assert.Equal(2, wrong);
        Assert.Contains("did you mean limits?", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Import_replaces_the_file_whole_and_refuses_what_shrinks_or_is_bad()
    {
        var file = Path.Combine(_folder, "garita.toml");
        var (target, other) = (Path.Combine(_folder, "acme.recipients"), Path.Combine(_folder, "new"));
        await File.WriteAllTextAsync(file, """
            hostname = "mx.example.com"
            data = "data"
            [[listener]]
            name = "mx"
            bind = "127.0.0.1:2525"
            [[tenant]]
            name = "acme"
            domains = "example.com"
            [tenant.backends]
            smtp = "127.0.0.1:2526"
            [tenant.recipients]
            source = "file"
            file = "acme.recipients"
            """);
        Task<(int Exit, string Text)> Import(params string[] more) => RunAsync(["recipients", "import", "acme", other, .. more, "--config", file]);

        await File.WriteAllLinesAsync(other, ["# staff", "Anna@example.com", "bob@example.com", "\"o brien\"@example.com"]);
        var (ok, text) = await Import();
        Assert.True(ok == 0, text);
        Assert.Contains("3 recipients", text, StringComparison.Ordinal);
        Assert.Equal(["anna@example.com", "bob@example.com", "\"o brien\"@example.com"], await File.ReadAllLinesAsync(target));
        File.SetUnixFileMode(target, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);

        await File.WriteAllLinesAsync(other, ["anna@example.com"]);
        (ok, text) = await Import();
        Assert.Equal(1, ok);
        Assert.Contains("would lose 2 of 3", text, StringComparison.Ordinal);
        await File.WriteAllLinesAsync(other, ["anna@example.com", "bob@example.com", "\"o brien\"@example.com", "eve@elsewhere.example"]);
        (ok, text) = await Import();
        Assert.Equal(1, ok);
        Assert.Contains("new:4: elsewhere.example is no domain of this tenant", text, StringComparison.Ordinal);
        await File.WriteAllTextAsync(other, "");
        Assert.Equal(1, (await Import()).Exit);
        Assert.Equal(3, (await File.ReadAllLinesAsync(target)).Length);

        await File.WriteAllLinesAsync(other, ["anna@example.com"]);
        Assert.Equal(0, (await Import("--force")).Exit);
        Assert.Equal(["anna@example.com"], await File.ReadAllLinesAsync(target));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode(target));
        Assert.False(File.Exists(target + ".new"));
        Assert.Equal(1, (await RunAsync("recipients", "import", "nobody", other, "--config", file)).Exit);
    }

    [Fact]
    public async Task Check_looks_at_the_files_of_a_directory()
    {
        var file = Path.Combine(_folder, "garita.toml");
        await File.WriteAllTextAsync(file, """
            hostname = "mx.example.com"
            [[listener]]
            name = "mx"
            bind = "127.0.0.1:2525"
            [[tenant]]
            name = "acme"
            domains = "example.com"
            [tenant.backends]
            smtp = "127.0.0.1:2526"
            [tenant.recipients]
            source = "ldap"
            [tenant.recipients.ldap]
            servers = "ldap.example.com"
            base = "dc=example,dc=com"
            bind_dn = "cn=garita"
            password_file = "secret"
            """);
        var (code, text) = await RunAsync("check", "--config", file);
        Assert.Equal(2, code);
        Assert.Contains("directory of tenant acme: ", text, StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(_folder, "secret"), "\n");
        (code, text) = await RunAsync("check", "--config", file);
        Assert.Equal(2, code);
        Assert.Contains("holds no password", text, StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(_folder, "secret"), "pw\n");
        (code, text) = await RunAsync("check", "--config", file);
        Assert.True(code == 0, text);
    }

    private static Task<(int Exit, string Text)> RunAsync(params string[] arguments) => GaritaCommand.RunAsync(arguments);
}
