using Garita.Hardening.Host;
using Xunit;

namespace Garita.Hardening.Tests.Host;

public sealed class DebianVersionTests
{
    /// <summary>The examples of deb-version(7), and versions of security updates.</summary>
    [Theory]
    [InlineData("1.0~beta1~svn1245-1", "1.0~beta1-1")]
    [InlineData("1.0~beta1-1", "1.0-1")]
    [InlineData("1.9-1", "1.10-1")]
    [InlineData("2.0-1", "1:1.0-1")]
    [InlineData("3.7.11-0+deb12u1", "3.7.11-0+deb12u2")]
    [InlineData("2:2.3.19.1+dfsg1-2.1", "2:2.3.19.1+dfsg1-2.1+deb12u1")]
    [InlineData("1.0a", "1.0+")]
    [InlineData("1.0-1", "1.0-1.1")]
    [InlineData("6.1.9-1", "6.1.158-1")]
    public void Comes_before(string earlier, string later)
    {
        Assert.True(DebianVersion.Order.Compare(earlier, later) < 0);
        Assert.True(DebianVersion.Order.Compare(later, earlier) > 0);
    }

    [Theory]
    [InlineData("1.0", "1.0-0")]
    [InlineData("0:1.0-1", "1.0-1")]
    [InlineData("1.007", "1.7")]
    public void Is_the_same(string one, string other) => Assert.Equal(0, DebianVersion.Order.Compare(one, other));
}
