using Garita.Wall.Kernel;
using Xunit;

namespace Garita.Wall.Tests.Kernel;

public sealed class KernelTableTests
{
    [Fact]
    public void The_order_of_a_set_is_no_difference_and_an_element_is()
    {
        const string Listing = "tcp dport { 25, 587 } accept\nicmp type { a, b, c } drop\n";
        Assert.Equal(KernelTable.Sorted(Listing), KernelTable.Sorted("tcp dport { 587, 25 } accept\nicmp type { c, a, b } drop\n"));
        Assert.NotEqual(KernelTable.Sorted(Listing), KernelTable.Sorted(Listing.Replace("587", "465", StringComparison.Ordinal)), StringComparer.Ordinal);
    }
}
