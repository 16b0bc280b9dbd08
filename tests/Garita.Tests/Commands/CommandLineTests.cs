using System.CommandLine;
using Garita.Commands;
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

    private static async Task<(int Exit, string Text)> RunAsync(params string[] arguments)
    {
        await using var output = new StringWriter();
        var exit = await CommandLine.RunAsync(arguments, new InvocationConfiguration { Output = output, Error = output });
        return (exit, output.ToString());
    }
}
