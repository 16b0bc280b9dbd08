namespace Garita.Wall.Kernel;

/// <summary>The kernel or nft(8) did not do what was asked; nothing has changed.</summary>
public sealed class NftException(string message, Exception? inner = null) : Exception(message, inner);
