using System.Globalization;
using Garita.WayBack;
using Xunit;

namespace Garita.Tests.WayBack;

/// <summary>Whether the second of two acts proves that one can still log in: only when it cannot be of the first one's login.</summary>
public sealed class LoginTests
{
    private const string Ssh = "192.0.2.1 50000 192.0.2.2 22";
    private const string Later = "192.0.2.1 50001 192.0.2.2 22";

    /// <summary>Each is session, SSH connection and terminal, "-" for none.</summary>
    [Theory]
    // The kernel's number decides wherever both have one: a terminal multiplexer keeps the old connection's environment, sudo takes it.
    [InlineData(7, Ssh, 5, 7, Later, 6, true)]
    [InlineData(7, Ssh, 5, 8, Ssh, 5, false)]
    [InlineData(7, null, 0, 8, null, 0, false)]
    // Else the connection.
    [InlineData(null, Ssh, 5, null, Ssh, 6, true)]
    [InlineData(null, Ssh, 5, null, Later, 5, false)]
    [InlineData(7, Ssh, 5, null, Ssh, 6, true)]
    [InlineData(null, Ssh, 5, null, null, 5, false)]
    [InlineData(null, null, 5, 8, Later, 5, false)]
    // Else the terminal; without one they cannot be told apart.
    [InlineData(null, null, 5, null, null, 5, true)]
    [InlineData(null, null, 5, null, null, 6, false)]
    [InlineData(null, null, 0, null, null, 0, true)]
    [InlineData(null, null, 0, null, null, 6, false)]
    public void One_login_is_told_from_another(int? session, string? ssh, int terminal, int? otherSession, string? otherSsh, int otherTerminal, bool isSame)
    {
        var (one, other) = (new Login("root", ssh, terminal, (uint?)session), new Login("admin", otherSsh, otherTerminal, (uint?)otherSession));
        Assert.Equal(isSame, one.IsSame(other));
        Assert.Equal(isSame, other.IsSame(one));
    }

    [Fact]
    public void This_process_is_of_its_own_login() => Assert.True(Login.Current().IsSame(Login.Current()));

    [Fact]
    public void It_is_said_from_where()
    {
        Assert.Equal("root, SSH from 192.0.2.1", new Login("root", Ssh, 5, 7).Describe());
        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"root, terminal {5}"), new Login("root", null, 5, null).Describe());
        Assert.Equal("root, no terminal", new Login("root", null, 0, null).Describe());
    }
}
