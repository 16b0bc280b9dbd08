using Garita.Warden.Bans;

namespace Garita.Warden.Kernel;

/// <summary>What is asked of the kernel's packet filter without nft, because it is asked often or is much.</summary>
internal interface INetlink
{
    /// <summary>The number of the packet filter's state: one more with each change that anybody makes. Null when it cannot be told.</summary>
    uint? Generation();

    /// <summary>Reads all elements of the four sets; nothing of them is kept.</summary>
    /// <param name="take">Takes an element.</param>
    /// <returns>Whether they were all; false when they changed meanwhile or could not be read.</returns>
    bool ReadElements(Action<Prefix> take);
}
