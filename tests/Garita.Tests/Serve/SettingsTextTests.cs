using Garita.Serve;
using Xunit;

namespace Garita.Tests.Serve;

public sealed class SettingsTextTests
{
    [Theory]
    [InlineData("a\nb\nc", "a\nx\ny\nc", "b", "x\ny")]
    [InlineData("a\nb", "a\nb\nc", "", "c")]
    [InlineData("a\na\na", "a\na", "a", "")]
    [InlineData("same", "same", "", "")]
    public void The_audit_trail_gets_what_changed(string before, string after, string removed, string added)
    {
        var text = new SettingsText("garita.toml");
        text.Change(before);
        var (was, becomes) = text.Change(after);
        Assert.Equal(removed, was[(was.IndexOf('\n', StringComparison.Ordinal) + 1)..]);
        Assert.Equal(added, becomes[(becomes.IndexOf('\n', StringComparison.Ordinal) + 1)..]);
        Assert.StartsWith("sha256:", was, StringComparison.Ordinal);
    }
}
